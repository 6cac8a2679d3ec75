import { open } from 'node:fs/promises';
import { IsocenterError } from '#shared/contract/errors.ts';
import { DEFLATED_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import type { Part10Head } from '#main/network/part10Head.ts';
import { readPart10Head } from '#main/network/part10Head.ts';
import type { AcceptedContext, Invoker } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { UNCOMPRESSED_LITTLE_ENDIAN } from '#main/network/transferSyntaxes.ts';
import type { ReadAhead } from './readAhead.ts';
import { transcodeLittleEndian } from './transcode.ts';

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

const PAD = new Uint8Array(1);

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
 * One C-STORE. The bytes go out as they are when the peer takes their transfer syntax, else rewritten between the two
 * uncompressed little endian ones.
 * @throws IsocenterError UNSUPPORTED_OBJECT or UNSUPPORTED_TRANSFER_SYNTAX before anything is sent; the reader's own error
 *   when the file fails half way, which costs the association; `association.lost` when that was lost.
 */
export async function storeObject(
  association: Invoker,
  { path, head }: PlannedFile,
  bytes: ReadAhead,
  originator?: MoveOriginator,
): Promise<StoreResponse> {
  const context = contextFor(association, path, head);
  let readError: { readonly error: unknown } | undefined;

  async function* original(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* bytes.chunks();
    if (isOdd(head)) yield PAD;
  }
  async function* dataSet(): AsyncGenerator<Uint8Array, void, undefined> {
    const isOriginal = context.transferSyntax === head.transferSyntaxUid;
    try {
      yield* isOriginal ? original() : transcodeLittleEndian(original(), head.transferSyntaxUid);
    } catch (error) {
      readError = { error };
      throw error;
    }
  }
  const command = {
    commandField: COMMAND['C-STORE'],
    affectedSopClassUid: head.sopClassUid,
    affectedSopInstanceUid: head.sopInstanceUid,
    priority: 0,
    moveOriginatorAe: originator?.ae,
    moveOriginatorMessageId: originator?.messageId,
  };
  try {
    const response = await association.invoke(context, command, dataSet());
    return { status: response.status ?? STATUS.processingFailure, comment: response.errorComment };
  } catch (error) {
    throw readError === undefined ? error : readError.error;
  }
}

/** The context of the object's own transfer syntax, or for uncompressed objects the other uncompressed one; we are its SCU. */
function contextFor(association: Invoker, path: string, head: Part10Head): AcceptedContext {
  const { sopClassUid, transferSyntaxUid } = head;
  const contexts = association.contexts.filter(
    ({ abstractSyntax, role }) => abstractSyntax === sopClassUid && role !== 'scp',
  );
  const own = contexts.find(({ transferSyntax }) => transferSyntax === transferSyntaxUid);
  if (own !== undefined) return own;
  if (UNCOMPRESSED_LITTLE_ENDIAN.includes(transferSyntaxUid)) {
    const other = contexts.find(({ transferSyntax }) => UNCOMPRESSED_LITTLE_ENDIAN.includes(transferSyntax));
    if (other !== undefined) return other;
    throw new IsocenterError('UNSUPPORTED_OBJECT', `the peer does not take SOP class ${sopClassUid}`, { object: path });
  }
  const text = `the peer does not take SOP class ${sopClassUid} in transfer syntax ${transferSyntaxUid}`;
  throw new IsocenterError('UNSUPPORTED_TRANSFER_SYNTAX', text, { object: path });
}
