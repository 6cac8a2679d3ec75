import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { nameOfUid } from '#shared/dicom/uid.ts';
import type { Association } from '#main/network/association.ts';
import { STATUS, statusCategory, statusHex, storageStatusText } from '#main/network/status.ts';
import { type Caller, connectTo, type Peer } from './peer.ts';
import type { MoveOriginator, PlannedFile, StoreResponse } from './sendObject.ts';
import { OutgoingObject, planFile } from './sendObject.ts';
import type { SendBatch } from './sendPlan.ts';
import { planBatches } from './sendPlan.ts';

export interface FileToSend {
  readonly path: string;
  /** When given, the file must hold this instance. */
  readonly sopInstanceUid?: string;
}

export interface SendResult {
  readonly file: string;
  /** Empty when the file could not be read. */
  readonly sopInstanceUid: string;
  readonly ok: boolean;
  /** DIMSE status as four hex digits, or the error code. */
  readonly status: string;
  /** Empty on plain success; the peer's words, or what went wrong. */
  readonly reason: string;
  /** Transfer syntax UID of what was sent, when the peer did not take the object's own. */
  readonly rewrittenAs?: string;
}

interface SendFailure {
  readonly file: string;
  readonly status: string;
  readonly reason: string;
}

export interface SendReport {
  readonly sent: number;
  readonly failed: readonly SendFailure[];
  /** Data-set bytes of the objects sent. */
  readonly bytes: number;
  readonly seconds: number;
}

/** Heads read at once: enough to keep the disk busy. */
const PLANNED_AT_ONCE = 8;
/** An object is tried on a second association when the first is lost under it. */
const ATTEMPTS = 2;
/** So many objects in a row lost with their associations: the peer is not going to take any. */
const GIVE_UP_AFTER = 2;

/**
 * Storage as SCU (PS3.4 annex B): sends files, each in its own transfer syntax where the peer takes it. One bad file
 * never stops the rest; every file gets exactly one result, in time. Cancelling reports the remaining files as CANCELLED.
 * Nothing is thrown for what the peer or the files do.
 * @param originator when the files are sent on behalf of a C-MOVE
 */
export async function sendFiles(
  peer: Peer,
  caller: Caller,
  files: readonly FileToSend[],
  onResult: (result: SendResult) => void,
  signal?: AbortSignal,
  originator?: MoveOriginator,
): Promise<SendReport> {
  const start = performance.now();
  const sender = new Sender(peer, caller, onResult, signal, originator);
  for (const batch of planBatches(await sender.plan(files))) await sender.sendBatch(batch);
  return { ...sender.totals, seconds: (performance.now() - start) / 1000 };
}

class Sender {
  readonly #peer: Peer;
  readonly #caller: Caller;
  readonly #onResult: (result: SendResult) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #originator: MoveOriginator | undefined;
  readonly #failed: SendFailure[] = [];
  #sent = 0;
  #bytes = 0;
  #lostInARow = 0;
  /** Once set, nothing more is tried: the peer cannot be reached, or the user has cancelled. */
  #stop: IsocenterError | undefined;

  constructor(
    peer: Peer,
    caller: Caller,
    onResult: (result: SendResult) => void,
    signal: AbortSignal | undefined,
    originator: MoveOriginator | undefined,
  ) {
    this.#peer = peer;
    this.#caller = caller;
    this.#onResult = onResult;
    this.#signal = signal;
    this.#originator = originator;
  }

  get totals(): Omit<SendReport, 'seconds'> {
    return { sent: this.#sent, failed: this.#failed, bytes: this.#bytes };
  }

  /** Reads the heads; a file that cannot be sent gets its result now. Keeps the order of the files. */
  async plan(files: readonly FileToSend[]): Promise<PlannedFile[]> {
    const planned = new Array<PlannedFile | undefined>(files.length);
    const queue = files.entries();
    const planNext = async () => {
      for (const [index, file] of queue) {
        try {
          planned[index] = await planFile(file.path, file.sopInstanceUid);
        } catch (error) {
          this.#fail(file.path, file.sopInstanceUid ?? '', error);
        }
      }
    };
    await Promise.all(Array.from({ length: PLANNED_AT_ONCE }, planNext));
    return planned.filter((file) => file !== undefined);
  }

  async sendBatch(batch: SendBatch): Promise<void> {
    let association: Association | undefined;
    const cancel = () => {
      this.#stop = new IsocenterError('CANCELLED', 'cancelled by the user');
      association?.abort(this.#stop);
    };
    this.#signal?.addEventListener('abort', cancel, { once: true });
    if (this.#signal?.aborted) cancel();
    let next: OutgoingObject | undefined;
    let closing: Promise<unknown> = Promise.resolve();
    try {
      for (const [index, file] of batch.files.entries()) {
        for (let attempt = 1; ; attempt++) {
          association = await this.#connected(association, batch);
          if (association === undefined) {
            this.#fail(file.path, file.head.sopInstanceUid, this.#stop);
            break;
          }
          // What was opened for an association that is lost cannot be sent on another.
          if (next?.association !== association) await next?.close();
          const object = next?.association === association ? next : new OutgoingObject(association, file);
          const following = batch.files[index + 1];
          next = following === undefined ? undefined : new OutgoingObject(association, following);
          const hasResult = await this.#sendOne(association, file, object, attempt === ATTEMPTS);
          // The next object need not wait for the file of this one.
          closing = Promise.all([closing, object.close()]);
          if (hasResult) break;
          await next?.close();
          next = undefined;
        }
      }
      if (association?.isOpen === true) await association.release().catch(() => undefined);
    } finally {
      await Promise.all([closing, next?.close()]);
      this.#signal?.removeEventListener('abort', cancel);
    }
  }

  /** The association, opened anew when there is none or it was lost; undefined when there is no point in trying. */
  async #connected(association: Association | undefined, { contexts }: SendBatch): Promise<Association | undefined> {
    if (this.#stop !== undefined) return undefined;
    if (association?.isOpen === true) return association;
    try {
      return await connectTo(this.#peer, this.#caller, { contexts, signal: this.#signal });
    } catch (error) {
      this.#stop = error instanceof IsocenterError ? error : new IsocenterError('NETWORK', describeError(error));
      return undefined;
    }
  }

  /** True when the file has its result; false when the association was lost and another attempt is due. */
  async #sendOne(
    association: Association,
    file: PlannedFile,
    object: OutgoingObject,
    isLastAttempt: boolean,
  ): Promise<boolean> {
    const { path, head } = file;
    try {
      const response = await object.store(this.#originator);
      this.#lostInARow = 0;
      this.#answered(file, response, object.rewrittenAs);
      return true;
    } catch (error) {
      const isLoss = error === association.lost && this.#stop === undefined;
      if (isLoss && !isLastAttempt) return false;
      if (isLoss && ++this.#lostInARow >= GIVE_UP_AFTER) this.#stop = association.lost;
      this.#fail(path, head.sopInstanceUid, this.#stop ?? error);
      return true;
    }
  }

  #answered({ path, head }: PlannedFile, { status, comment }: StoreResponse, rewrittenAs: string | undefined): void {
    const text = storageStatusText(status) + (comment === undefined ? '' : `: ${comment}`);
    const category = statusCategory(status);
    if (category !== 'success' && category !== 'warning') {
      this.#refused(path, head.sopInstanceUid, statusHex(status), text);
      return;
    }
    this.#sent++;
    this.#bytes += head.size - head.dataSetOffset;
    const reason = status === STATUS.success ? '' : text;
    if (rewrittenAs !== undefined) {
      const syntaxes = `${nameOfUid(head.transferSyntaxUid)}, sent as ${nameOfUid(rewrittenAs)}`;
      this.#caller.log?.('info', `${this.#peer.aeTitle} does not take ${head.sopInstanceUid} in ${syntaxes}`);
    }
    const { sopInstanceUid } = head;
    this.#onResult({ file: path, sopInstanceUid, ok: true, status: statusHex(status), reason, rewrittenAs });
  }

  #fail(path: string, sopInstanceUid: string, error: unknown): void {
    const code = error instanceof IsocenterError ? error.code : 'STORAGE';
    const message = error instanceof Error ? error.message : String(error);
    this.#refused(path, sopInstanceUid, code, message);
  }

  #refused(file: string, sopInstanceUid: string, status: string, reason: string): void {
    this.#failed.push({ file, status, reason });
    this.#onResult({ file, sopInstanceUid, ok: false, status, reason });
  }
}
