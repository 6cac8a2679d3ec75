import { open } from 'node:fs/promises';
import { IsocenterError } from '#shared/contract/errors.ts';
import { DEFLATED_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import type { Part10Head } from '#main/network/part10Head.ts';
import { readPart10Head } from '#main/network/part10Head.ts';
import type { PreparedDataSet } from '#main/network/dimse/preparedDataSet.ts';
import type { AcceptedContext, Invoker } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { FileSource } from './fileSource.ts';
import { alternativesTo, rewritten } from './rewrite.ts';

/** A file whose head was read and found fit to be sent. */
export interface PlannedFile {
  readonly path: string;
  readonly head: Part10Head;
}

/** Whose C-MOVE a C-STORE belongs to (PS3.7 9.1.1.1). */
export interface MoveOriginator {
  readonly ae: string;
  readonly messageId: number;
}

/** The peer's answer. */
export interface StoreResponse {
  readonly status: number;
  readonly comment: string | undefined;
}

const isOdd = ({ size, dataSetOffset }: Part10Head) => (size - dataSetOffset) % 2 === 1;

/**
 * Reads the head of a file to be sent.
 * @param sopInstanceUid when given, the file must hold this instance.
 * @throws IsocenterError NOT_DICOM, TRUNCATED, MISSING_ATTRIBUTE, CONFLICT (another instance than asked for); Node's own
 *   errors when it cannot be read.
 */
export async function planFile(path: string, sopInstanceUid?: string): Promise<PlannedFile> {
  await using file = await open(path);
  const head = await readPart10Head(file, path);
  // Only a deflated data set may be odd in a file; on the wire it gets a NUL (PS3.5 A.5). Peers abort on any other.
  if (isOdd(head) && head.transferSyntaxUid !== DEFLATED_LITTLE_ENDIAN) {
    throw new IsocenterError('TRUNCATED', 'the data set has an odd number of bytes: it is cut short', { object: path });
  }
  if (sopInstanceUid !== undefined && sopInstanceUid !== head.sopInstanceUid) {
    const place = { object: path, attribute: 'SOPInstanceUID' };
    throw new IsocenterError('CONFLICT', `the file holds ${head.sopInstanceUid}, not ${sopInstanceUid}`, place);
  }
  return { path, head };
}

/**
 * One object on its way to one association: its bytes begin to be read when it is made, so that the disk works while the
 * object before it is still with the peer.
 */
export class OutgoingObject {
  readonly association: Invoker;
  readonly #file: PlannedFile;
  readonly #source: FileSource;
  readonly #context: AcceptedContext | undefined;
  readonly #prepared: PreparedDataSet | undefined;

  constructor(association: Invoker, file: PlannedFile) {
    this.association = association;
    this.#file = file;
    const { path, head } = file;
    this.#source = new FileSource(path, head.dataSetOffset, head.size);
    this.#context = contextFor(association, head);
    if (this.#context?.transferSyntax === head.transferSyntaxUid) {
      this.#prepared = association.prepare(this.#context, this.#source);
    }
  }

  /** The transfer syntax it goes out in when the peer does not take its own. */
  get rewrittenAs(): string | undefined {
    const to = this.#context?.transferSyntax;
    return to === this.#file.head.transferSyntaxUid ? undefined : to;
  }

  /**
   * The C-STORE, once. The bytes go out as they are when the peer takes their transfer syntax, else rewritten without loss
   * into uncompressed little endian.
   * @throws IsocenterError UNSUPPORTED_OBJECT or UNSUPPORTED_TRANSFER_SYNTAX before anything is sent; the reader's own
   *   error when the file fails, which costs the association once a part is out; `association.lost` when that was lost.
   */
  async store(originator?: MoveOriginator): Promise<StoreResponse> {
    const { head } = this.#file;
    if (this.#context === undefined) throw unsupported(this.#file);
    const command = {
      commandField: COMMAND['C-STORE'],
      affectedSopClassUid: head.sopClassUid,
      affectedSopInstanceUid: head.sopInstanceUid,
      priority: 0,
      moveOriginatorAe: originator?.ae,
      moveOriginatorMessageId: originator?.messageId,
    };
    const failure: { error?: unknown } = {};
    const dataSet =
      this.#prepared ?? noting(rewritten(this.#file.path, head, this.#source, this.#context.transferSyntax), failure);
    try {
      const response = await this.association.invoke(this.#context, command, dataSet);
      return { status: response.status ?? STATUS.processingFailure, comment: response.errorComment };
    } catch (error) {
      throw failure.error ?? this.#source.failure ?? error;
    }
  }

  /** To be called in any case, sent or not. */
  async close(): Promise<void> {
    await this.#prepared?.close();
    await this.#source.close();
  }
}

/** One C-STORE from beginning to end; throws as `OutgoingObject.store` does. */
export async function storeObject(
  association: Invoker,
  file: PlannedFile,
  originator?: MoveOriginator,
): Promise<StoreResponse> {
  const object = new OutgoingObject(association, file);
  try {
    return await object.store(originator);
  } finally {
    await object.close();
  }
}

/** What goes wrong in here is the object's fault, whatever the association then reports. */
async function* noting(
  chunks: AsyncIterable<Uint8Array>,
  failure: { error?: unknown },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks;
  } catch (error) {
    failure.error = error;
    throw error;
  }
}

/** The context of the object's own transfer syntax, or of one it can be rewritten into; we are its SCU. */
function contextFor(association: Invoker, { sopClassUid, transferSyntaxUid }: Part10Head): AcceptedContext | undefined {
  const contexts = association.contexts.filter(
    ({ abstractSyntax, role }) => abstractSyntax === sopClassUid && role !== 'scp',
  );
  for (const uid of [transferSyntaxUid, ...alternativesTo(transferSyntaxUid)]) {
    const context = contexts.find(({ transferSyntax }) => transferSyntax === uid);
    if (context !== undefined) return context;
  }
  return undefined;
}

function unsupported({ path, head: { sopClassUid, transferSyntaxUid } }: PlannedFile): IsocenterError {
  if (alternativesTo(transferSyntaxUid).length > 0) {
    return new IsocenterError('UNSUPPORTED_OBJECT', `the peer does not take SOP class ${sopClassUid}`, {
      object: path,
    });
  }
  const text = `the peer does not take SOP class ${sopClassUid} in transfer syntax ${transferSyntaxUid}, which cannot be decoded here`;
  return new IsocenterError('UNSUPPORTED_TRANSFER_SYNTAX', text, { object: path });
}
