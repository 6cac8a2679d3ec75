import { IsocenterError } from '../../contract/errors.ts';
import { DataSet } from './dataset.ts';
import { deflate, inflate } from './deflate.ts';
import { type DataSetInput, encodeDataSet } from './encode.ts';
import { parseDataSet } from './parse.ts';
import { KNOWN_VRS } from './vr.ts';
import {
  DEFLATED_LITTLE_ENDIAN,
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  IMPLICIT_LITTLE_ENDIAN,
  MEDIA_STORAGE_DIRECTORY,
} from '../uid.ts';

export interface DicomFile {
  readonly transferSyntaxUid: string;
  /** File meta information (group 0002); absent when the file is a bare data set. */
  readonly meta?: DataSet;
  readonly dataset: DataSet;
  /** Things read with reservations: padding, wrong labels, unknown character sets. */
  readonly warnings: readonly string[];
}

export interface ReadOptions {
  /** First tag not to read any more (0x7fe00010 for pixel data): lets `bytes` be the beginning of a file only. */
  readonly stopBefore?: number;
}

/**
 * Reads a Part 10 file (PS3.10 section 7) or a bare data set in implicit or explicit little endian, explicit big endian or deflated.
 * Values stay views into `input`. `name` is what errors call the object.
 * Throws NOT_DICOM, TRUNCATED, DECODE_FAILED, or UNSUPPORTED_TRANSFER_SYNTAX for a syntax that is none of the standard's.
 */
export function readPart10(input: Uint8Array, name = 'data set', options: ReadOptions = {}): DicomFile {
  // Node's Buffer is a Uint8Array whose slice() shares memory; nothing below may meet one.
  const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  const start = readMeta(bytes, name);
  if (start === undefined) return readBare(bytes, name, options);
  const { meta, end } = start;
  const deflated = start.transferSyntaxUid === DEFLATED_LITTLE_ENDIAN;
  const body = deflated ? inflate(bytes.subarray(end), name) : bytes;
  const at = deflated ? 0 : end;
  const { encoding, transferSyntaxUid, warnings } = encodingOfBody(start.transferSyntaxUid, body.subarray(at));
  const { dataset } = parseDataSet(body, at, { ...encoding, stopBefore: options.stopBefore }, name);
  return {
    transferSyntaxUid,
    meta,
    dataset,
    warnings: [...meta.source.warnings, ...dataset.source.warnings, ...warnings],
  };
}

/** File meta information at the beginning of a file; undefined for a bare data set. */
function readMeta(
  bytes: Uint8Array,
  name: string,
): { readonly meta: DataSet; readonly end: number; readonly transferSyntaxUid: string } | undefined {
  const metaStart = startOfMeta(bytes);
  if (metaStart === undefined) return undefined;
  const { dataset: meta, end } = parseDataSet(
    bytes,
    metaStart,
    { explicit: true, littleEndian: true, stopBefore: 0x00030000 },
    name,
  );
  const transferSyntaxUid = meta.string('TransferSyntaxUID');
  if (transferSyntaxUid === '') throw meta.missing('TransferSyntaxUID');
  if (!transferSyntaxUid.startsWith('1.2.840.10008.1.2'))
    throw new IsocenterError(
      'UNSUPPORTED_TRANSFER_SYNTAX',
      `transfer syntax ${transferSyntaxUid} is private or unknown`,
      { object: name, attribute: 'TransferSyntaxUID' },
    );
  return { meta, end, transferSyntaxUid };
}

interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** How a data set that begins with `body` is encoded, whatever its label says, and its true transfer syntax. */
function encodingOfBody(
  label: string,
  body: Uint8Array,
): { readonly encoding: Encoding; readonly transferSyntaxUid: string; readonly warnings: readonly string[] } {
  const labelled = { explicit: label !== IMPLICIT_LITTLE_ENDIAN, littleEndian: label !== EXPLICIT_BIG_ENDIAN };
  const found = guessEncoding(body, 0);
  const isMislabelled =
    found !== undefined && (found.explicit !== labelled.explicit || found.littleEndian !== labelled.littleEndian);
  // The label must tell how to decode pixel data, so a mislabelled native file gets its true one.
  return {
    encoding: found ?? labelled,
    transferSyntaxUid: labelled.explicit && found?.explicit === false ? IMPLICIT_LITTLE_ENDIAN : relabel(label, found),
    warnings: isMislabelled ? [`the data set is not encoded as its transfer syntax ${label} says`] : [],
  };
}

/** What the beginning of an object says about the rest of it. */
export interface ObjectStart {
  /** Absent for a bare data set. */
  readonly meta?: DataSet;
  readonly transferSyntaxUid: string;
  /** Of the data set; for a deflated one that of the inflated bytes. */
  readonly encoding: Encoding;
  readonly isDeflated: boolean;
  readonly warnings: readonly string[];
}

/**
 * Reads file meta information and guesses the encoding from the beginning of an object.
 * @param head preamble and file meta information, whole; the data set may follow
 * @param body the first bytes of the data set, eight at least unless it is shorter
 * @throws NOT_DICOM, TRUNCATED, DECODE_FAILED, MISSING_ATTRIBUTE or UNSUPPORTED_TRANSFER_SYNTAX, as `readPart10`
 */
export function readObjectStart(head: Uint8Array, body: Uint8Array, name: string): ObjectStart {
  const start = readMeta(new Uint8Array(head.buffer, head.byteOffset, head.byteLength), name);
  if (start === undefined) {
    const encoding = guessEncoding(body, 0);
    if (encoding === undefined)
      throw new IsocenterError('NOT_DICOM', 'no DICM prefix, and no data set either', { object: name });
    const warnings = ['no file meta information: a bare data set'];
    return { transferSyntaxUid: nativeSyntax(encoding), encoding, isDeflated: false, warnings };
  }
  const { meta } = start;
  if (start.transferSyntaxUid === DEFLATED_LITTLE_ENDIAN)
    return {
      meta,
      transferSyntaxUid: start.transferSyntaxUid,
      encoding: { explicit: true, littleEndian: true },
      isDeflated: true,
      warnings: meta.source.warnings,
    };
  const { encoding, transferSyntaxUid, warnings } = encodingOfBody(start.transferSyntaxUid, body);
  return { meta, transferSyntaxUid, encoding, isDeflated: false, warnings: [...meta.source.warnings, ...warnings] };
}

function nativeSyntax({ explicit, littleEndian }: Encoding): string {
  if (!explicit) return IMPLICIT_LITTLE_ENDIAN;
  return littleEndian ? EXPLICIT_LITTLE_ENDIAN : EXPLICIT_BIG_ENDIAN;
}

function relabel(uid: string, found: Encoding | undefined): string {
  if (found === undefined || !found.explicit) return uid;
  if (uid === IMPLICIT_LITTLE_ENDIAN || uid === EXPLICIT_LITTLE_ENDIAN || uid === EXPLICIT_BIG_ENDIAN)
    return nativeSyntax(found);
  return uid;
}

/** Offset of group 0002; undefined when there is no file meta information. */
function startOfMeta(bytes: Uint8Array): number | undefined {
  const magic = (at: number): boolean =>
    bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d;
  if (bytes.length >= 132 && magic(128)) return 132;
  if (bytes.length >= 4 && magic(0)) return 4;
  // Meta information without preamble: (0002,0000) or (0002,0001) in explicit little endian.
  return bytes.length > 8 && bytes[0] === 2 && bytes[1] === 0 && bytes[2] <= 1 && bytes[3] === 0 ? 0 : undefined;
}

/** How the data set at `start` is encoded, judged by its first element (group 0008 for every composite object). */
function guessEncoding(bytes: Uint8Array, start: number): Encoding | undefined {
  if (bytes.length < start + 8) return undefined;
  const vr = String.fromCharCode(bytes[start + 4], bytes[start + 5]);
  if (bytes[start] === 0 && bytes[start + 1] <= 8 && bytes[start + 1] > 0 && KNOWN_VRS.has(vr))
    return { explicit: true, littleEndian: false };
  if (bytes[start] > 8 || bytes[start] < 4 || bytes[start + 1] !== 0) return undefined;
  return { explicit: KNOWN_VRS.has(vr), littleEndian: true };
}

function readBare(bytes: Uint8Array, name: string, options: ReadOptions): DicomFile {
  const encoding = guessEncoding(bytes, 0);
  const notDicom = (why: string): IsocenterError => new IsocenterError('NOT_DICOM', why, { object: name });
  if (encoding === undefined) throw notDicom('no DICM prefix, and no data set either');
  try {
    const { dataset } = parseDataSet(bytes, 0, { ...encoding, stopBefore: options.stopBefore }, name);
    if (!dataset.has('SOPClassUID')) throw notDicom('no DICM prefix, and no SOP Class UID in what might be a data set');
    const transferSyntaxUid = nativeSyntax(encoding);
    return {
      transferSyntaxUid,
      dataset,
      warnings: [...dataset.source.warnings, 'no file meta information: a bare data set'],
    };
  } catch (error) {
    if (error instanceof IsocenterError && error.code !== 'NOT_DICOM' && !startsAsComposite(bytes, encoding))
      throw notDicom('no DICM prefix, and not a data set');
    throw error;
  }
}

/** Whether SOP Class UID (0008,0016) can be read: what fails after it is a broken DICOM file, before it no DICOM file. */
function startsAsComposite(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    return parseDataSet(bytes, 0, { ...encoding, stopBefore: 0x00080017 }, '')
      .dataset.string('SOPClassUID')
      .startsWith('1.2.');
  } catch {
    return false;
  }
}

/**
 * Writes a Part 10 file: file meta information and the data set in explicit (default), implicit or deflated little endian. A parsed
 * data set with encapsulated pixel data keeps them and needs its own transfer syntax. Throws INVALID_ATTRIBUTE with the
 * attribute when a value does not fit its VR, MISSING_ATTRIBUTE without SOP Class or Instance UID.
 */
export function writePart10(
  dataset: DataSetInput | DataSet,
  transferSyntaxUid: string = EXPLICIT_LITTLE_ENDIAN,
): Uint8Array<ArrayBuffer> {
  const text = (keyword: string): string => {
    const value = dataset instanceof DataSet ? dataset.string(keyword) : dataset[keyword];
    if (typeof value !== 'string' || value === '')
      throw new IsocenterError('MISSING_ATTRIBUTE', 'an object cannot be written without it', { attribute: keyword });
    return value;
  };
  const meta = encodeMeta(text('SOPClassUID'), text('SOPInstanceUID'), transferSyntaxUid);
  const body = encodeBody(dataset, transferSyntaxUid);
  const file = new Uint8Array(132 + meta.length + body.length);
  file.set([0x44, 0x49, 0x43, 0x4d], 128);
  file.set(meta, 132);
  file.set(body, 132 + meta.length);
  return file;
}

/** The data set alone, as it travels in a C-STORE, in the given transfer syntax. */
export function encodeBody(dataset: DataSetInput | DataSet, transferSyntaxUid: string): Uint8Array {
  const encapsulated = dataset instanceof DataSet && dataset.element('PixelData')?.fragments !== undefined;
  const native =
    transferSyntaxUid === EXPLICIT_LITTLE_ENDIAN ||
    transferSyntaxUid === IMPLICIT_LITTLE_ENDIAN ||
    transferSyntaxUid === DEFLATED_LITTLE_ENDIAN;
  if (native === encapsulated || transferSyntaxUid === EXPLICIT_BIG_ENDIAN)
    throw new IsocenterError('UNSUPPORTED_TRANSFER_SYNTAX', `cannot write this data set as ${transferSyntaxUid}`, {
      object: dataset instanceof DataSet ? dataset.object : undefined,
      attribute: 'TransferSyntaxUID',
    });
  const body = encodeDataSet(dataset, transferSyntaxUid !== IMPLICIT_LITTLE_ENDIAN);
  return transferSyntaxUid === DEFLATED_LITTLE_ENDIAN ? deflate(body) : body;
}

/** Group 0002 (PS3.10 table 7.1-1) with its group length, for a file of ours or one received over the network. */
export function encodeMeta(sopClassUid: string, sopInstanceUid: string, transferSyntaxUid: string): Uint8Array {
  if (sopClassUid === MEDIA_STORAGE_DIRECTORY)
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'DICOMDIR files are not written');
  const elements = encodeDataSet(
    {
      SpecificCharacterSet: undefined,
      FileMetaInformationVersion: Uint8Array.of(0, 1),
      MediaStorageSOPClassUID: sopClassUid,
      MediaStorageSOPInstanceUID: sopInstanceUid,
      TransferSyntaxUID: transferSyntaxUid,
      ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
      ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
    },
    true,
  );
  const groupLength = encodeDataSet(
    { SpecificCharacterSet: undefined, FileMetaInformationGroupLength: elements.length },
    true,
  );
  const meta = new Uint8Array(groupLength.length + elements.length);
  meta.set(groupLength);
  meta.set(elements, groupLength.length);
  return meta;
}
