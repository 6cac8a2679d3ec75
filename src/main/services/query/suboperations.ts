import type { IncomingRequest } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { encodeElements } from './identifier.ts';
import { errorComment } from './refuse.ts';
import { QUERY_STATUS } from './status.ts';

const FAILED_SOP_INSTANCE_UID_LIST = 0x00080058;
/** Counts travel as 16 bits. */
const MOST = 0xffff;
/** An explicit UI has a 16-bit length; a UID and its separator take 65 bytes at most. */
const MOST_FAILED_LISTED = 1000;

type Result = 'completed' | 'warning' | 'failed' | 'cancelled';

/** Counts the sub-operations of a C-MOVE or C-GET and tells the requestor (PS3.7 9.1.3.1, 9.1.4.1). */
export class SuboperationCounter {
  readonly #request: IncomingRequest;
  readonly #total: number;
  readonly #counts = { completed: 0, warning: 0, failed: 0, cancelled: 0 };
  readonly #failed: string[] = [];
  #telling: Promise<void> | undefined;

  constructor(request: IncomingRequest, total: number) {
    this.#request = request;
    this.#total = total;
  }

  /** One object is done, or will not be (`cancelled`). */
  note(result: Result, sopInstanceUid: string): void {
    this.#counts[result]++;
    if (result === 'failed') this.#failed.push(sopInstanceUid);
    this.tell();
  }

  /** Sends a pending response with the counts, unless one is still on its way. */
  tell(): void {
    if (this.#telling !== undefined || this.#request.cancelled.aborted) return;
    const response = this.#request.respond({ ...this.#elements(), status: STATUS.pending });
    this.#telling = response
      // The association is gone: the signal of the request says so to whoever sends.
      .catch(() => undefined)
      .finally(() => {
        this.#telling = undefined;
      });
  }

  /** The final response: success, warning, failure or cancel by what was done (PS3.4 C.4.2.3.1, C.4.3.3.1), with the first fault in words. */
  async finish(fault?: string): Promise<void> {
    await this.#telling;
    const { completed, warning, failed, cancelled } = this.#counts;
    const isDone = completed + warning + failed === this.#total;
    const status =
      cancelled > 0 || !isDone
        ? STATUS.cancelled
        : failed > 0 && completed + warning === 0
          ? QUERY_STATUS.suboperationsNotPerformed
          : failed + warning > 0
            ? QUERY_STATUS.suboperationsIncomplete
            : STATUS.success;
    const elements = this.#elements();
    const list = this.#failed.slice(0, MOST_FAILED_LISTED).join('\\');
    const identifier = [{ tag: FAILED_SOP_INSTANCE_UID_LIST, vr: 'UI', value: list }];
    await this.#request.respond(
      {
        ...elements,
        status,
        remainingSuboperations: status === STATUS.cancelled ? elements.remainingSuboperations : undefined,
        errorComment: fault === undefined ? undefined : errorComment(fault),
      },
      list === '' ? undefined : [encodeElements(identifier, this.#request.context, [])],
    );
  }

  #elements() {
    const { completed, warning, failed } = this.#counts;
    return {
      remainingSuboperations: Math.min(MOST, this.#total - completed - warning - failed),
      completedSuboperations: Math.min(MOST, completed),
      failedSuboperations: Math.min(MOST, failed),
      warningSuboperations: Math.min(MOST, warning),
    };
  }
}
