import type { Message } from './dimse/messageAssembler.ts';
import { PduError } from './pdu/types.ts';
import type { DimseResponse, InvokeOptions } from './service.ts';
import { isPending } from './status.ts';

/** Longest data set taken with a response, bytes: identifiers and attribute lists are far below. */
const MAX_RESPONSE_DATA_SET = 16 * 1024 * 1024;

/** One request of ours that waits for its responses: pending ones are handed on in order, the final one settles it. */
export class PendingRequest {
  readonly #onPending: InvokeOptions['onPending'];
  readonly #cancel: () => void;
  readonly #final = Promise.withResolvers<DimseResponse>();
  /** What came before is dealt with. */
  #before: Promise<void> = Promise.resolve();
  /** What `onPending` threw: the call rejects with it once the peer has finished. */
  #fault: { readonly error: unknown } | undefined;

  /** @param cancel asks the peer to stop, when `onPending` fails */
  constructor(onPending: InvokeOptions['onPending'], cancel: () => void) {
    this.#onPending = onPending;
    this.#cancel = cancel;
    this.#final.promise.catch(() => undefined);
  }

  /** The final response. */
  get final(): Promise<DimseResponse> {
    return this.#final.promise;
  }

  /** Takes a response; resolves when the ones before it are dealt with, until when no more should be read. */
  take(message: Message): Promise<void> {
    const before = this.#before;
    this.#before = before.then(() => this.#deal(message)).catch((error: Error) => this.fail(error));
    return before;
  }

  /** No response will come any more. */
  fail(error: Error): void {
    this.#final.reject(error);
  }

  async #deal({ command, dataSet }: Message): Promise<void> {
    const response: DimseResponse =
      dataSet === undefined ? command : { ...command, dataSet: await collect(dataSet, MAX_RESPONSE_DATA_SET) };
    if (!isPending(command.status)) {
      if (this.#fault === undefined) this.#final.resolve(response);
      else this.#final.reject(this.#fault.error);
      return;
    }
    if (this.#fault !== undefined) return;
    try {
      await this.#onPending?.(response);
    } catch (error) {
      this.#fault = { error };
      this.#cancel();
    }
  }
}

/** All bytes of a data set. @throws PduError when there are more than `limit` */
export async function collect(dataSet: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of dataSet) {
    size += chunk.length;
    if (size > limit) throw new PduError(`a data set over ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
