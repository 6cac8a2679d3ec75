import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { DEFLATED_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { associate } from '#main/network/associate.ts';
import type { Association } from '#main/network/association.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import type { Part10Head } from '#main/network/part10Head.ts';
import { readPart10Head } from '#main/network/part10Head.ts';
import type { AcceptedContext } from '#main/network/service.ts';
import { STATUS, statusCategory, statusHex, storageStatusText } from '#main/network/status.ts';
import { UNCOMPRESSED_LITTLE_ENDIAN } from '#main/network/transferSyntaxes.ts';
import { fileRange } from './fileRange.ts';
import type { Peer } from './peer.ts';
import type { PlannedFile, SendBatch } from './sendPlan.ts';
import { planBatches } from './sendPlan.ts';
import { transcodeLittleEndian } from './transcode.ts';

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
}

export interface SendFailure {
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

const READ_SIZE = 512 * 1024;
/** An object is tried on a second association when the first is lost under it. */
const ATTEMPTS = 2;
/** So many objects in a row lost with their associations: the peer is not going to take any. */
const GIVE_UP_AFTER = 2;

/**
 * Storage as SCU (PS3.4 annex B): sends files, each in its own transfer syntax where the peer takes it. One bad file
 * never stops the rest; every file gets exactly one result, in time. Cancelling reports the remaining files as CANCELLED.
 * Nothing is thrown for what the peer or the files do.
 */
export async function sendFiles(
  peer: Peer,
  { callingAe }: { readonly callingAe: string },
  files: readonly FileToSend[],
  onResult: (result: SendResult) => void,
  signal?: AbortSignal,
): Promise<SendReport> {
  const start = performance.now();
  const sender = new Sender(peer, callingAe, onResult, signal);
  const planned: PlannedFile[] = [];
  for (const file of files) {
    const head = await sender.plan(file);
    if (head !== undefined) planned.push(head);
  }
  for (const batch of planBatches(planned)) await sender.sendBatch(batch);
  return { ...sender.totals, seconds: (performance.now() - start) / 1000 };
}

class Sender {
  readonly #peer: Peer;
  readonly #callingAe: string;
  readonly #onResult: (result: SendResult) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #buffer = Buffer.allocUnsafe(READ_SIZE);
  readonly #failed: SendFailure[] = [];
  #sent = 0;
  #bytes = 0;
  #lostInARow = 0;
  /** Once set, nothing more is tried: the peer cannot be reached, or the user has cancelled. */
  #stop: IsocenterError | undefined;

  constructor(peer: Peer, callingAe: string, onResult: (result: SendResult) => void, signal: AbortSignal | undefined) {
    this.#peer = peer;
    this.#callingAe = callingAe;
    this.#onResult = onResult;
    this.#signal = signal;
  }

  get totals(): Omit<SendReport, 'seconds'> {
    return { sent: this.#sent, failed: this.#failed, bytes: this.#bytes };
  }

  /** Reads the head; a file that cannot be sent gets its result now. */
  async plan({ path, sopInstanceUid }: FileToSend): Promise<PlannedFile | undefined> {
    try {
      await using file = await open(path);
      const head = await readPart10Head(file, path);
      checkParity(path, head);
      if (sopInstanceUid !== undefined && sopInstanceUid !== head.sopInstanceUid) {
        const place = { object: path, attribute: 'SOPInstanceUID' };
        throw new IsocenterError('CONFLICT', `the file holds ${head.sopInstanceUid}, not ${sopInstanceUid}`, place);
      }
      return { path, head };
    } catch (error) {
      this.#fail(path, sopInstanceUid ?? '', error);
      return undefined;
    }
  }

  async sendBatch(batch: SendBatch): Promise<void> {
    let association: Association | undefined;
    const cancel = () => {
      this.#stop = new IsocenterError('CANCELLED', 'cancelled by the user');
      association?.abort(this.#stop);
    };
    this.#signal?.addEventListener('abort', cancel, { once: true });
    if (this.#signal?.aborted) cancel();
    try {
      for (const file of batch.files) {
        for (let attempt = 1; ; attempt++) {
          association = await this.#connected(association, batch);
          if (association === undefined) {
            this.#fail(file.path, file.head.sopInstanceUid, this.#stop);
            break;
          }
          if (await this.#sendOne(association, file, attempt === ATTEMPTS)) break;
        }
      }
      if (association !== undefined && association.lost === undefined)
        await association.release().catch(() => undefined);
    } finally {
      this.#signal?.removeEventListener('abort', cancel);
    }
  }

  /** The association, opened anew when there is none or it was lost; undefined when there is no point in trying. */
  async #connected(association: Association | undefined, { contexts }: SendBatch): Promise<Association | undefined> {
    if (this.#stop !== undefined) return undefined;
    if (association !== undefined && association.lost === undefined) return association;
    try {
      return await associate({
        host: this.#peer.host,
        port: this.#peer.port,
        calledAe: this.#peer.aeTitle,
        callingAe: this.#callingAe,
        contexts,
        signal: this.#signal,
      });
    } catch (error) {
      this.#stop = error instanceof IsocenterError ? error : new IsocenterError('NETWORK', describeError(error));
      return undefined;
    }
  }

  /** True when the file has its result; false when the association was lost and another attempt is due. */
  async #sendOne(association: Association, { path, head }: PlannedFile, isLastAttempt: boolean): Promise<boolean> {
    let readError: unknown;
    try {
      await using file = await open(path);
      const { status, comment } = await this.#store(association, file, path, head, (error) => {
        readError = error;
      });
      this.#lostInARow = 0;
      const text = storageStatusText(status) + (comment === undefined ? '' : `: ${comment}`);
      if (statusCategory(status) === 'success' || statusCategory(status) === 'warning') {
        this.#sent++;
        this.#bytes += head.size - head.dataSetOffset;
        const reason = status === STATUS.success ? '' : text;
        this.#onResult({
          file: path,
          sopInstanceUid: head.sopInstanceUid,
          ok: true,
          status: statusHex(status),
          reason,
        });
      } else this.#refused(path, head.sopInstanceUid, statusHex(status), text);
      return true;
    } catch (error) {
      const isLoss = readError === undefined && association.lost !== undefined && this.#stop === undefined;
      if (isLoss && !isLastAttempt) return false;
      if (isLoss && ++this.#lostInARow >= GIVE_UP_AFTER) this.#stop = association.lost;
      this.#fail(path, head.sopInstanceUid, readError ?? this.#stop ?? error);
      return true;
    }
  }

  async #store(
    association: Association,
    file: FileHandle,
    path: string,
    head: PlannedFile['head'],
    onReadError: (error: unknown) => void,
  ): Promise<{ status: number; comment: string | undefined }> {
    const context = contextForObject(association, path, head);
    async function* original(buffer: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
      yield* fileRange(file, path, head.dataSetOffset, head.size, buffer);
      if (isOdd(head)) yield PAD;
    }
    async function* dataSet(buffer: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
      const bytes = original(buffer);
      try {
        if (context.transferSyntax === head.transferSyntaxUid) yield* bytes;
        else yield* transcodeLittleEndian(bytes, head.transferSyntaxUid);
      } catch (error) {
        onReadError(error);
        throw error;
      }
    }
    const response = await association.invoke(
      context,
      {
        commandField: COMMAND['C-STORE'],
        affectedSopClassUid: head.sopClassUid,
        affectedSopInstanceUid: head.sopInstanceUid,
        priority: 0,
      },
      dataSet(this.#buffer),
    );
    return { status: response.status ?? STATUS.processingFailure, comment: response.errorComment };
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

const PAD = new Uint8Array(1);

const isOdd = ({ size, dataSetOffset }: Part10Head) => (size - dataSetOffset) % 2 === 1;

/** Only a deflated data set may be odd in a file; on the wire it gets a NUL (PS3.5 A.5). Peers abort on any other. */
function checkParity(path: string, head: Part10Head): void {
  if (!isOdd(head) || head.transferSyntaxUid === DEFLATED_LITTLE_ENDIAN) return;
  throw new IsocenterError('TRUNCATED', 'the data set has an odd number of bytes: it is cut short', { object: path });
}

/** The context of the object's own transfer syntax, or for uncompressed objects the other uncompressed one. */
function contextForObject(association: Association, path: string, head: Part10Head): AcceptedContext {
  const { sopClassUid, transferSyntaxUid } = head;
  const own = association.contextFor(sopClassUid, transferSyntaxUid);
  if (own !== undefined) return own;
  if (UNCOMPRESSED_LITTLE_ENDIAN.includes(transferSyntaxUid)) {
    const other = association.contextFor(sopClassUid);
    if (other !== undefined && UNCOMPRESSED_LITTLE_ENDIAN.includes(other.transferSyntax)) return other;
    throw new IsocenterError('UNSUPPORTED_OBJECT', `the peer does not take SOP class ${sopClassUid}`, { object: path });
  }
  const text = `the peer does not take SOP class ${sopClassUid} in transfer syntax ${transferSyntaxUid}`;
  throw new IsocenterError('UNSUPPORTED_TRANSFER_SYNTAX', text, { object: path });
}
