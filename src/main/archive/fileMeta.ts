import { encodeMeta } from '#shared/dicom/part10.ts';

/** What File Meta Information says about an object that comes as a bare data set (PS3.10 7.1). */
export interface FileMeta {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

const PREAMBLE = 128;
const MAGIC = Buffer.from('DICM');

const magicAt = (bytes: Uint8Array, at: number): boolean => MAGIC.equals(bytes.subarray(at, at + MAGIC.length));

/** Whether the bytes begin as a Part 10 file: preamble and `DICM`. */
export const isPart10 = (bytes: Uint8Array): boolean => magicAt(bytes, PREAMBLE);

/** Preamble, prefix and File Meta Information, ready to be followed by the data set as received. */
export function fileHead(meta: FileMeta): Uint8Array {
  const group = encodeMeta(meta.sopClassUid, meta.sopInstanceUid, meta.transferSyntaxUid);
  return Buffer.concat([Buffer.alloc(PREAMBLE), MAGIC, group]);
}

/** What has to stand before `bytes` to make a Part 10 file of them; they themselves stay as they are. */
export function missingHead(bytes: Uint8Array, meta: FileMeta): Uint8Array {
  if (isPart10(bytes)) return new Uint8Array(0);
  if (magicAt(bytes, 0)) return Buffer.alloc(PREAMBLE);
  if (bytes[0] === 0x02 && bytes[1] === 0) return Buffer.concat([Buffer.alloc(PREAMBLE), MAGIC]);
  return fileHead(meta);
}

const LONG_FORM = new Set(['OB', 'OW', 'UN', 'SQ', 'UT']);

/** Offset of the data set: behind group 0002, which is walked because its stated length is often wrong; 0 for a bare data set. */
export function dataSetOffset(bytes: Uint8Array): number {
  let at = isPart10(bytes) ? PREAMBLE + MAGIC.length : magicAt(bytes, 0) ? MAGIC.length : 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  while (at + 12 <= bytes.length && view.getUint16(at, true) === 0x0002) {
    const long = LONG_FORM.has(String.fromCharCode(bytes[at + 4], bytes[at + 5]));
    at += long ? 12 + view.getUint32(at + 8, true) : 8 + view.getUint16(at + 6, true);
  }
  return Math.min(at, bytes.length);
}
