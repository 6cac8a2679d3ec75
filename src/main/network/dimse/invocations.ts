import type { Message } from './messageAssembler.ts';
import { PendingRequest } from '../pendingRequest.ts';
import type { InvokeOptions } from '../service.ts';

const LAST_MESSAGE_ID = 0xffff;

/** Our requests on one association: their message IDs, and never more outstanding than the peer agreed to (PS3.7 D.3.3.3). */
export class Invocations {
  readonly #waiting = new Map<number, PendingRequest>();
  readonly #queue: { readonly start: () => void; readonly fail: (error: Error) => void }[] = [];
  #free: number;
  #nextMessageId = 1;
  #failure: Error | undefined;

  /** @param window how many may be outstanding */
  constructor(window: number) {
    this.#free = window;
  }

  /** Requests that wait for a response. */
  get outstanding(): number {
    return this.#waiting.size;
  }

  /** Waits for its turn; `end` has to be called afterwards in any case. @throws what `fail` was called with */
  async begin(
    onPending: InvokeOptions['onPending'],
    cancel: (messageId: number) => void,
  ): Promise<{ readonly messageId: number; readonly request: PendingRequest }> {
    if (this.#free > 0) this.#free--;
    else {
      await new Promise<void>((start, fail) => {
        this.#queue.push({ start, fail });
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    const messageId = this.#freeMessageId();
    const request = new PendingRequest(onPending, () => cancel(messageId));
    this.#waiting.set(messageId, request);
    return { messageId, request };
  }

  end(messageId: number): void {
    this.#waiting.delete(messageId);
    const next = this.#queue.shift();
    if (next === undefined) this.#free++;
    else next.start();
  }

  /** A response: until what is returned resolves no more should be read; undefined when it answers nothing of ours. */
  take(messageId: number | undefined, message: Message): Promise<void> | undefined {
    return this.#waiting.get(messageId ?? -1)?.take(message);
  }

  /** No response will come any more. */
  fail(error: Error): void {
    this.#failure = error;
    for (const request of this.#waiting.values()) request.fail(error);
    for (const { fail } of this.#queue.splice(0)) fail(error);
  }

  #freeMessageId(): number {
    while (this.#waiting.has(this.#nextMessageId)) this.#advance();
    const messageId = this.#nextMessageId;
    this.#advance();
    return messageId;
  }

  #advance(): void {
    this.#nextMessageId = (this.#nextMessageId % LAST_MESSAGE_ID) + 1;
  }
}
