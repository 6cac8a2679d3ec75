import { encodeMeta } from '#shared/dicom/codec/part10.ts';

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

/** What an object has of its own in front of its data set. */
export type FrontKind = 'part10' | 'no preamble' | 'no prefix' | 'bare';

/** @param bytes the first 132 bytes, or all there are */
export function frontKind(bytes: Uint8Array): FrontKind {
  if (isPart10(bytes)) return 'part10';
  if (magicAt(bytes, 0)) return 'no preamble';
  return bytes[0] === 0x02 && bytes[1] === 0 ? 'no prefix' : 'bare';
}

/** What has to stand before an object to make a Part 10 file of it; its own bytes stay as they are. */
export function missingHead(kind: FrontKind, meta: FileMeta): Uint8Array {
  if (kind === 'part10') return new Uint8Array(0);
  if (kind === 'no preamble') return Buffer.alloc(PREAMBLE);
  if (kind === 'no prefix') return Buffer.concat([Buffer.alloc(PREAMBLE), MAGIC]);
  return fileHead(meta);
}

const LONG_FORM = new Set(['OB', 'OW', 'UN', 'SQ', 'UT']);
const META_START = { part10: PREAMBLE + MAGIC.length, 'no preamble': MAGIC.length, 'no prefix': 0, bare: 0 };

/**
 * Offset of the data set: behind group 0002, which is walked because its stated length is often wrong; 0 for a bare data set.
 * Undefined when `bytes`, the beginning of a file, may end before it.
 */
export function findDataSet(bytes: Uint8Array): number | undefined {
  const at = walkMeta(bytes);
  return at + 12 > bytes.length || bytes.length < META_START.part10 ? undefined : at;
}

/** Offset of the data set in a whole file. */
export const dataSetOffset = (bytes: Uint8Array): number => Math.min(walkMeta(bytes), bytes.length);

function walkMeta(bytes: Uint8Array): number {
  let at = META_START[frontKind(bytes)];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  while (at + 12 <= bytes.length && view.getUint16(at, true) === 0x0002) {
    const long = LONG_FORM.has(String.fromCharCode(bytes[at + 4], bytes[at + 5]));
    at += long ? 12 + view.getUint32(at + 8, true) : 8 + view.getUint16(at + 6, true);
  }
  return at;
}
