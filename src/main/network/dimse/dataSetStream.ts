const HIGH_WATER = 512 * 1024;

/**
 * A data set on its way from the socket to whoever handles the message: a bounded queue with one writer (the
 * association) and one reader. When the reader is slow, `push` returns a promise and the socket is held.
 */
export class DataSetStream implements AsyncIterable<Uint8Array> {
  #chunks: Uint8Array[] = [];
  #queued = 0;
  #ended = false;
  #discarded = false;
  #error: Error | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  readonly #arrived = Promise.withResolvers<void>();

  constructor() {
    // Not everybody waits for it: a failure nobody asked about is no unhandled rejection.
    this.#arrived.promise.catch(() => undefined);
  }

  /** Settles when the last fragment has come (it may still wait to be read); rejects when it never will. */
  get arrived(): Promise<void> {
    return this.#arrived.promise;
  }

  push(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#discarded || chunk.length === 0) return undefined;
    this.#chunks.push(chunk);
    this.#queued += chunk.length;
    this.#wakeReader?.();
    if (this.#queued < HIGH_WATER) return undefined;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  /** The last fragment has come. */
  end(): void {
    this.#ended = true;
    this.#arrived.resolve();
    this.#wakeReader?.();
  }

  /** The association is gone before the last fragment: the reader gets `error`. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#error = error;
    this.#arrived.reject(error);
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  /** Nobody wants the rest: what is queued and what still comes is dropped. */
  discard(): void {
    this.#discarded = true;
    this.#chunks = [];
    this.#queued = 0;
    this.#wakeWriter?.();
  }

  /** May be iterated once; leaving the loop early discards the rest. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const chunks = this.#chunks;
        this.#chunks = [];
        this.#queued = 0;
        this.#wakeWriter?.();
        this.#wakeWriter = undefined;
        yield* chunks;
        if (this.#error !== undefined) throw this.#error;
        if (this.#chunks.length > 0) continue;
        if (this.#ended) return;
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
        this.#wakeReader = undefined;
      }
    } finally {
      this.discard();
    }
  }
}
