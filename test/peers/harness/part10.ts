import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';

/** Written apart from src on purpose: tests need files that our own writer has had no hand in. */
const LONG_FORM = new Set(['OB', 'OW', 'OF', 'SQ', 'UN', 'UT']);

export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';

export type TestElement = readonly [tag: number, vr: string, value: string | Buffer];

function padded(vr: string, value: string | Buffer): Buffer {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value, 'latin1');
  if (bytes.length % 2 === 0) return bytes;
  return Buffer.concat([bytes, Buffer.from(vr === 'UI' || vr === 'OB' ? '\0' : ' ')]);
}

/** One little endian data element (PS3.5 7.1). */
export function element([tag, vr, value]: TestElement, explicit = true): Buffer {
  const bytes = padded(vr, value);
  const isLong = explicit && LONG_FORM.has(vr);
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  if (explicit) head.write(vr, 4, 'latin1');
  if (isLong) head.writeUInt32LE(bytes.length, 8);
  else if (explicit) head.writeUInt16LE(bytes.length, 6);
  else head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

export function dataSet(elements: readonly TestElement[], explicit = true): Buffer {
  return Buffer.concat(elements.map((each) => element(each, explicit)));
}

/** Preamble and file meta information in front of a data set (PS3.10 7.1). */
export function part10(bytes: Buffer, sopClassUid: string, sopInstanceUid: string, transferSyntaxUid: string): Buffer {
  const meta = dataSet([
    [0x00020001, 'OB', Buffer.from([0, 1])],
    [0x00020002, 'UI', sopClassUid],
    [0x00020003, 'UI', sopInstanceUid],
    [0x00020010, 'UI', transferSyntaxUid],
    [0x00020012, 'UI', '1.2.3.4'],
  ]);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(meta.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), element([0x00020000, 'UL', groupLength]), meta, bytes]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** A CT slice with private elements and `size`² pixels, as a whole Part 10 file. */
export function ctFile(sopInstanceUid: string, size: number, explicit = true): { file: Buffer; dataSet: Buffer } {
  const pixels = Buffer.alloc(2 * size * size);
  for (let at = 0; at < pixels.length; at += 2) pixels.writeUInt16LE((at * 31) % 4096, at);
  const bytes = dataSet(
    [
      [0x00080005, 'CS', 'ISO_IR 100'],
      [0x00080016, 'UI', CT_IMAGE_STORAGE],
      [0x00080018, 'UI', sopInstanceUid],
      [0x00080060, 'CS', 'CT'],
      [0x00090010, 'LO', 'ISOCENTER TEST'],
      [0x00091001, 'UN', Buffer.from([1, 2, 3, 4])],
      [0x00100010, 'PN', 'Phantom^Thorax'],
      [0x00100020, 'LO', 'TEST1'],
      [0x0020000d, 'UI', '1.2.826.0.1.3680043.10.999.1'],
      [0x0020000e, 'UI', '1.2.826.0.1.3680043.10.999.2'],
      [0x00200013, 'IS', '1'],
      [0x00280002, 'US', uint16(1)],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', uint16(size)],
      [0x00280011, 'US', uint16(size)],
      [0x00280100, 'US', uint16(16)],
      [0x00280101, 'US', uint16(16)],
      [0x00280102, 'US', uint16(15)],
      [0x00280103, 'US', uint16(0)],
      [0x7fe00010, 'OW', pixels],
    ],
    explicit,
  );
  const transferSyntaxUid = explicit ? EXPLICIT_LITTLE_ENDIAN : IMPLICIT_LITTLE_ENDIAN;
  return { file: part10(bytes, CT_IMAGE_STORAGE, sopInstanceUid, transferSyntaxUid), dataSet: bytes };
}
