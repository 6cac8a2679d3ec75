import { IsocenterError } from '#shared/contract/errors.ts';
import { type JobMap, type JobRequest, type JobResponse, unpackError } from './base.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
  /** Buffers of the input to give away instead of copying. */
  readonly transfer?: Transferable[];
}

/** The part of Worker that jobs use. */
export interface JobWorker {
  onmessage: ((event: MessageEvent<JobResponse>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: JobRequest, transfer: Transferable[]): void;
  terminate(): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress?: (fraction: number) => void;
}

/** One worker, started with the first call. Cancelling its only call ends it, unless it is to keep what it knows. */
export class JobClient<Jobs extends JobMap<Jobs>> {
  readonly #start: () => JobWorker;
  readonly #keep: boolean;
  readonly #pending = new Map<number, Pending>();
  #worker: JobWorker | null = null;
  #lastId = 0;

  constructor(start: () => JobWorker, { keep = false }: { readonly keep?: boolean } = {}) {
    this.#start = start;
    this.#keep = keep;
  }

  /** Calls under way. */
  get load(): number {
    return this.#pending.size;
  }

  /**
   * Runs a job in the worker.
   * @throws IsocenterError what the job threw; CANCELLED when `signal` fires; INTERNAL when the worker broke down.
   */
  call<Name extends keyof Jobs & string>(
    name: Name,
    input: Jobs[Name]['input'],
    { signal, onProgress, transfer = [] }: CallOptions = {},
  ): Promise<Jobs[Name]['output']> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new IsocenterError('CANCELLED', 'cancelled by the user'));
        return;
      }
      const id = ++this.#lastId;
      const onAbort = (): void => this.#cancel(id);
      const settle = (): void => {
        this.#pending.delete(id);
        signal?.removeEventListener('abort', onAbort);
      };
      this.#pending.set(id, {
        onProgress,
        resolve: (value) => {
          settle();
          resolve(value as Jobs[Name]['output']);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      signal?.addEventListener('abort', onAbort);
      try {
        this.#open().postMessage({ kind: 'call', id, name, input }, transfer);
      } catch (error) {
        // The input cannot be cloned, or the worker cannot start.
        this.#pending.get(id)?.reject(new IsocenterError('INTERNAL', `job ${name} could not start`, { cause: error }));
      }
    });
  }

  /** Stops the worker; calls under way reject with CANCELLED. */
  dispose(): void {
    this.#fail(new IsocenterError('CANCELLED', 'the worker was stopped'));
  }

  #open(): JobWorker {
    if (this.#worker !== null) return this.#worker;
    const worker = this.#start();
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new IsocenterError('INTERNAL', `a worker broke down: ${event.message || 'it could not be loaded'}`));
    };
    this.#worker = worker;
    return worker;
  }

  #receive(message: JobResponse): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.kind === 'progress') pending.onProgress?.(message.fraction);
    else if (message.kind === 'result') pending.resolve(message.value);
    else pending.reject(unpackError(message.error));
  }

  #cancel(id: number): void {
    this.#pending.get(id)?.reject(new IsocenterError('CANCELLED', 'cancelled by the user'));
    if (this.#keep || this.#pending.size > 0) this.#worker?.postMessage({ kind: 'cancel', id }, []);
    else this.#stop();
  }

  #fail(error: IsocenterError): void {
    this.#stop();
    for (const pending of this.#pending.values()) pending.reject(error);
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}
