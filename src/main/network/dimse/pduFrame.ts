import { PDU_TYPE } from '../pdu/types.ts';

/** PDU head (6) + presentation data value length (4) + context ID + message control header (PS3.8 9.3.5, annex E). */
export const HEAD_LENGTH = 12;
/** Bytes of the P-DATA-TF length that are not data: the last six of the head. */
const VALUE_HEAD = 6;

/** Data bytes per PDU; even, as fragments have to be. @param maxPduLength the peer's maximum length, bytes, at least 8 */
export const roomFor = (maxPduLength: number) => (maxPduLength - VALUE_HEAD) & ~1;

/** Writes the head of a P-DATA-TF with one presentation data value of `length` data bytes. */
export function writeHead(
  out: Buffer,
  at: number,
  contextId: number,
  length: number,
  isCommand: boolean,
  isLast: boolean,
): void {
  out[at] = PDU_TYPE['P-DATA-TF'];
  out[at + 1] = 0;
  out.writeUInt32BE(length + VALUE_HEAD, at + 2);
  out.writeUInt32BE(length + 2, at + 6);
  out[at + 10] = contextId;
  out[at + 11] = (isCommand ? 1 : 0) | (isLast ? 2 : 0);
}
