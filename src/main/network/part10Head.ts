import type { FileHandle } from 'node:fs/promises';
import { IsocenterError } from '#shared/contract/errors.ts';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { LONG_FORM } from '#shared/dicom/codec/vr.ts';
import type { Encoding } from './dataSetTokens.ts';
import { encodingOf, UNDEFINED_LENGTH } from './dataSetTokens.ts';

/** What a C-STORE needs to know of a file before it is sent. */
export interface Part10Head {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Where the data set starts, bytes from the start of the file. */
  readonly dataSetOffset: number;
  readonly size: number;
}

const PREAMBLE = 128;
/** Holds every sensible file meta information and the first elements of the data set. */
const FIRST_READ = 16 * 1024;
/** Private information in the file meta group may be long, but not this long. */
const LONGEST_META = 1024 * 1024;

interface Element {
  readonly tag: number;
  readonly value: Buffer;
  readonly end: number;
}

/** The element at `at`, or undefined when it is not wholly in `bytes` or of undefined length. */
function elementAt(bytes: Buffer, at: number, { explicit, bigEndian }: Encoding): Element | undefined {
  const uint16 = (offset: number) => (bigEndian ? bytes.readUInt16BE(offset) : bytes.readUInt16LE(offset));
  const uint32 = (offset: number) => (bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset));
  if (at + 8 > bytes.length) return undefined;
  const tag = uint16(at) * 0x10000 + uint16(at + 2);
  let head = 8;
  let length: number;
  if (!explicit) length = uint32(at + 4);
  else if (LONG_FORM.has(bytes.toString('latin1', at + 4, at + 6))) {
    if (at + 12 > bytes.length) return undefined;
    head = 12;
    length = uint32(at + 8);
  } else length = uint16(at + 6);
  const end = at + head + length;
  if (length === UNDEFINED_LENGTH || end > bytes.length) return undefined;
  return { tag, value: bytes.subarray(at + head, end), end };
}

/** UIDs (or whatever text) by tag among the elements from `start` on, as long as `belongs` holds. */
function uids(
  bytes: Buffer,
  start: number,
  encoding: Encoding,
  belongs: (tag: number) => boolean,
): { found: Map<number, string>; end: number } {
  const found = new Map<number, string>();
  let at = start;
  for (;;) {
    const element = elementAt(bytes, at, encoding);
    if (element === undefined || !belongs(element.tag)) return { found, end: at };
    found.set(element.tag, element.value.toString('latin1').replace(/[\0 ]+$/, ''));
    at = element.end;
  }
}

const EXPLICIT: Encoding = { explicit: true, bigEndian: false };
const MEDIA_SOP_CLASS = 0x00020002;
const MEDIA_SOP_INSTANCE = 0x00020003;
const TRANSFER_SYNTAX_UID = 0x00020010;
const SOP_CLASS = 0x00080016;
const SOP_INSTANCE = 0x00080018;
const isMeta = (tag: number) => tag >>> 16 === 0x0002;
const isIdentity = (tag: number) => tag <= SOP_INSTANCE;

/** Where the file meta information starts; undefined for a bare data set. */
function metaStart(bytes: Buffer): number | undefined {
  if (bytes.toString('latin1', PREAMBLE, PREAMBLE + 4) === 'DICM') return PREAMBLE + 4;
  if (bytes.toString('latin1', 0, 4) === 'DICM') return 4;
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0x00000002 ? 0 : undefined;
}

/** A data set without file meta information is little endian; its first element tells whether it carries VRs. */
function bareTransferSyntax(bytes: Buffer): string | undefined {
  if (bytes.length < 8 || bytes.readUInt16LE(0) !== 0x0008) return undefined;
  return /^[A-Z]{2}$/.test(bytes.toString('latin1', 4, 6)) ? EXPLICIT_LITTLE_ENDIAN : IMPLICIT_LITTLE_ENDIAN;
}

/**
 * Reads SOP class, SOP instance and transfer syntax of an open file (PS3.10 section 7), with or without preamble and
 * file meta information. The data set's own UIDs win over those of the file meta information: they are what the
 * receiver will index.
 * @throws IsocenterError NOT_DICOM, TRUNCATED or MISSING_ATTRIBUTE, naming the file.
 */
export async function readPart10Head(file: FileHandle, name: string): Promise<Part10Head> {
  const { size } = await file.stat();
  let bytes = await readStart(file, FIRST_READ);
  const start = metaStart(bytes);
  if (start === undefined) {
    const transferSyntaxUid = bareTransferSyntax(bytes);
    if (transferSyntaxUid === undefined) throw new IsocenterError('NOT_DICOM', 'not a DICOM file', { object: name });
    const { found } = uids(bytes, 0, encodingOf(transferSyntaxUid), isIdentity);
    return complete(found.get(SOP_CLASS), found.get(SOP_INSTANCE), transferSyntaxUid, 0, size, name);
  }
  let meta = uids(bytes, start, EXPLICIT, isMeta);
  if (isCutShort(bytes, meta.end)) {
    bytes = await readStart(file, LONGEST_META);
    meta = uids(bytes, start, EXPLICIT, isMeta);
  }
  if (meta.end >= size)
    throw new IsocenterError('TRUNCATED', 'the file ends with its file meta information', { object: name });
  const transferSyntaxUid = meta.found.get(TRANSFER_SYNTAX_UID);
  if (transferSyntaxUid === undefined || transferSyntaxUid === '') {
    throw new IsocenterError('MISSING_ATTRIBUTE', 'no transfer syntax in the file meta information', {
      object: name,
      attribute: 'TransferSyntaxUID',
    });
  }
  // A deflated data set yields nothing here, and its file meta information has to do.
  const { found } = uids(bytes, meta.end, encodingOf(transferSyntaxUid), isIdentity);
  return complete(
    found.get(SOP_CLASS) ?? meta.found.get(MEDIA_SOP_CLASS),
    found.get(SOP_INSTANCE) ?? meta.found.get(MEDIA_SOP_INSTANCE),
    transferSyntaxUid,
    meta.end,
    size,
    name,
  );
}

async function readStart(file: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(bytes, 0, length, 0);
  return bytes.subarray(0, bytesRead);
}

/** Still in group 0002 where the bytes at hand end. */
function isCutShort(bytes: Buffer, at: number): boolean {
  return at + 2 <= bytes.length ? bytes.readUInt16LE(at) === 0x0002 : bytes.length === FIRST_READ;
}

function complete(
  sopClassUid: string | undefined,
  sopInstanceUid: string | undefined,
  transferSyntaxUid: string,
  dataSetOffset: number,
  size: number,
  name: string,
): Part10Head {
  const missing = (attribute: string) =>
    new IsocenterError('MISSING_ATTRIBUTE', `no ${attribute}`, { object: name, attribute });
  if (!sopClassUid) throw missing('SOPClassUID');
  if (!sopInstanceUid) throw missing('SOPInstanceUID');
  return { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetOffset, size };
}
