import { IsocenterError } from '../../contract/errors.ts';
import { ByteSink } from './byteSink.ts';
import { encodeUtf8 } from './charset.ts';
import { type DataElement, DataSet } from './dataset.ts';
import { formatDecimal, formatInteger } from './decimal.ts';
import { entryOfKeyword, nameOfTag } from './dictionary.ts';
import { checkText } from './text.ts';
import { CHARSET_TEXT, LONG_FORM, NUMBER_BYTES, STRING_VRS, SWAP_BYTES } from './vr.ts';

/**
 * An attribute's value for writing: text, numbers, bytes or words of pixel data, items of a sequence; '' , [] and null write an
 * empty (type 2) attribute, undefined writes nothing.
 */
type AttributeValue =
  | string
  | number
  | null
  | undefined
  | Uint8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Float32Array
  | readonly (string | number)[]
  | readonly (DataSetInput | DataSet)[];

/** A data set to write, by keyword of PS3.6; private attributes as `gggg,eeee:VR`. */
export interface DataSetInput {
  readonly [attribute: string]: AttributeValue;
}

interface Target {
  readonly sink: ByteSink;
  readonly explicit: boolean;
  /** Text of parsed items becomes UTF-8, as the rest of the object that they are put into. */
  readonly toUtf8: boolean;
}

const PRIVATE_KEY = /^([0-9A-F]{4}),([0-9A-F]{4}):([A-Z]{2})$/;
const CHARACTER_SET = 0x00080005;
const PIXEL_DATA = 0x7fe00010;

/**
 * Encodes a data set in little endian, elements in tag order, sequences of defined length, text in UTF-8
 * (Specific Character Set ISO_IR 192 is written by itself). A parsed DataSet keeps its bytes and its character set; parsed items put
 * into a new data set keep their bytes but for text, which becomes UTF-8.
 */
export function encodeDataSet(dataset: DataSetInput | DataSet, explicit: boolean): Uint8Array {
  const sink = new ByteSink(dataset instanceof DataSet ? dataset.source.bytes.length : bulkBytes(dataset));
  const root = dataset instanceof DataSet ? dataset : { SpecificCharacterSet: 'ISO_IR 192', ...dataset };
  const toUtf8 = !(dataset instanceof DataSet);
  writeSet({ sink, explicit, toUtf8 }, root, dataset instanceof DataSet ? dataset.object : '');
  return sink.take();
}

const bulkBytes = (dataset: DataSetInput): number =>
  Object.values(dataset).reduce<number>((sum, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0), 4096);

function writeSet(target: Target, dataset: DataSetInput | DataSet, object: string): void {
  if (dataset instanceof DataSet) {
    for (const element of [...dataset.elements.values()].toSorted((a, b) => a.tag - b.tag))
      writeParsed(target, dataset, element);
    return;
  }
  const entries: { tag: number; vr: string; value: AttributeValue }[] = [];
  for (const [key, value] of Object.entries(dataset)) {
    if (value === undefined) continue;
    const own = PRIVATE_KEY.exec(key);
    if (own !== null) entries.push({ tag: Number.parseInt(own[1] + own[2], 16), vr: own[3], value });
    else {
      const entry = entryOfKeyword(key);
      entries.push({ tag: entry.tag, vr: entry.vr === 'xs' ? pixelVr(dataset) : entry.vr, value });
    }
  }
  entries.sort((a, b) => a.tag - b.tag);
  for (const { tag, vr, value } of entries) writeValue(target, tag, vr, value, object);
}

const pixelVr = (dataset: DataSetInput): string => (dataset.PixelRepresentation === 1 ? 'SS' : 'US');

function writeHeader(target: Target, tag: number, vr: string, length: number): void {
  const { sink } = target;
  sink.uint16(tag >>> 16);
  sink.uint16(tag & 0xffff);
  if (!target.explicit) return sink.uint32(length);
  sink.uint8(vr.charCodeAt(0));
  sink.uint8(vr.charCodeAt(1));
  if (LONG_FORM.has(vr)) {
    sink.uint16(0);
    return sink.uint32(length);
  }
  if (length > 0xfffe)
    throw new IsocenterError('INVALID_ATTRIBUTE', `${length} bytes do not fit VR ${vr}`, { attribute: nameOfTag(tag) });
  sink.uint16(length);
}

function writeItems(target: Target, tag: number, items: readonly (DataSetInput | DataSet)[], object: string): void {
  writeHeader(target, tag, 'SQ', 0);
  const start = target.sink.length;
  items.forEach((item, index) => {
    target.sink.uint32(0xe000fffe);
    target.sink.uint32(0);
    const itemStart = target.sink.length;
    writeSet(target, item, `${object === '' ? '' : `${object}.`}${nameOfTag(tag)}[${index + 1}]`);
    target.sink.patch32(itemStart - 4, target.sink.length - itemStart);
  });
  target.sink.patch32(start - 4, target.sink.length - start);
}

function writeValue(target: Target, tag: number, vr: string, value: AttributeValue, object: string): void {
  const refuse = (why: string): IsocenterError =>
    new IsocenterError('INVALID_ATTRIBUTE', why, {
      object: object === '' ? undefined : object,
      attribute: nameOfTag(tag),
    });
  if (vr === 'SQ') {
    if (value !== null && value !== '' && !isItems(value)) throw refuse('a sequence takes items');
    return writeItems(target, tag, isItems(value) ? value : [], object);
  }
  try {
    writeBytes(target, tag, vr, encodeValue(vr, value));
  } catch (error) {
    throw error instanceof IsocenterError ? refuse(error.message) : error;
  }
}

const isItems = (value: AttributeValue): value is readonly (DataSetInput | DataSet)[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'object');

function writeBytes(target: Target, tag: number, vr: string, bytes: Uint8Array): void {
  const padded = bytes.length + (bytes.length % 2);
  // PS3.5 6.2: a value too long for the 16-bit length of its VR is written as UN.
  const asUnknown = target.explicit && padded > 0xfffe && !LONG_FORM.has(vr);
  writeHeader(target, tag, asUnknown ? 'UN' : vr, padded);
  target.sink.bytes(bytes);
  if (bytes.length % 2 === 1) target.sink.uint8(STRING_VRS.has(vr) && vr !== 'UI' ? 0x20 : 0);
}

function encodeValue(vr: string, value: AttributeValue): Uint8Array {
  if (value === null || value === undefined || value === '') return new Uint8Array();
  if (ArrayBuffer.isView(value)) {
    if (STRING_VRS.has(vr)) throw new IsocenterError('INVALID_ATTRIBUTE', `bytes given for VR ${vr}`);
    return littleEndianBytes(value);
  }
  const values = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  if (STRING_VRS.has(vr)) {
    const text = values.map((one) => formatText(vr, one)).join('\\');
    return encodeUtf8(text);
  }
  const size = NUMBER_BYTES.get(vr);
  if (size === undefined) throw new IsocenterError('INVALID_ATTRIBUTE', `VR ${vr} takes bytes`);
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((one, index) => setNumber(view, index * size, vr, one));
  return new Uint8Array(view.buffer);
}

function formatText(vr: string, value: unknown): string {
  if (vr === 'DS' || vr === 'IS') {
    if (typeof value !== 'number')
      throw new IsocenterError('INVALID_ATTRIBUTE', `${vr} takes numbers, not ${JSON.stringify(value)}`);
    return vr === 'DS' ? formatDecimal(value) : formatInteger(value);
  }
  if (typeof value !== 'string')
    throw new IsocenterError('INVALID_ATTRIBUTE', `${vr} takes text, not ${JSON.stringify(value)}`);
  checkText(vr, value);
  return value;
}

const INTEGER_RANGE: Readonly<Record<string, readonly [number, number]>> = {
  US: [0, 0xffff],
  SS: [-0x8000, 0x7fff],
  UL: [0, 0xffffffff],
  SL: [-0x80000000, 0x7fffffff],
  AT: [0, 0xffffffff],
};

function setNumber(view: DataView, at: number, vr: string, value: unknown): void {
  const range = INTEGER_RANGE[vr];
  const valid = typeof value === 'number' && Number.isFinite(value);
  if (!valid || (range !== undefined && (!Number.isInteger(value) || value < range[0] || value > range[1])))
    throw new IsocenterError('INVALID_ATTRIBUTE', `${JSON.stringify(value)} does not fit VR ${vr}`);
  if (vr === 'US') view.setUint16(at, value, true);
  else if (vr === 'SS') view.setInt16(at, value, true);
  else if (vr === 'UL') view.setUint32(at, value, true);
  else if (vr === 'SL') view.setInt32(at, value, true);
  else if (vr === 'FL') view.setFloat32(at, value, true);
  else if (vr === 'FD') view.setFloat64(at, value, true);
  else if (vr === 'AT') {
    view.setUint16(at, value >>> 16, true);
    view.setUint16(at + 2, value & 0xffff, true);
  } else throw new IsocenterError('INVALID_ATTRIBUTE', `VR ${vr} takes bytes`);
}

function littleEndianBytes(words: ArrayBufferView): Uint8Array {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const size = words instanceof Uint8Array ? 1 : words instanceof Uint16Array || words instanceof Int16Array ? 2 : 4;
  const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  return hostIsLittle ? bytes : swapBytes(bytes, size);
}

/** Reverses the bytes of every `size`-byte word; a new array. */
export function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  for (let at = 0; at + size <= out.length; at += size) out.subarray(at, at + size).reverse();
  return out;
}

function writeParsed(target: Target, dataset: DataSet, element: DataElement): void {
  if ((element.tag & 0xffff) === 0) return; // group lengths are retired and would be wrong now
  if (element.items !== undefined) return writeItems(target, element.tag, element.items, dataset.object);
  const vr = element.vr === 'xs' ? (dataset.number('PixelRepresentation') === 1 ? 'SS' : 'US') : element.vr;
  if (element.fragments !== undefined) return writeFragments(target, element.tag, vr, element.fragments);
  if (target.toUtf8 && element.tag === CHARACTER_SET) return;
  const raw = dataset.rawOf(element);
  if (target.toUtf8 && CHARSET_TEXT.has(vr) && raw.some((byte) => byte > 0x7e || byte === 0x1b))
    return writeBytes(target, element.tag, vr, encodeUtf8(dataset.charset.decode(raw)));
  // Big-endian senders turn whole samples round, whatever the word size of the VR.
  const size = element.tag === PIXEL_DATA ? (dataset.number('BitsAllocated') ?? 8) / 8 : (SWAP_BYTES.get(vr) ?? 1);
  writeBytes(target, element.tag, vr, dataset.source.littleEndian || size === 1 ? raw : swapBytes(raw, size));
}

function writeFragments(target: Target, tag: number, vr: string, fragments: readonly Uint8Array[]): void {
  writeHeader(target, tag, vr, 0xffffffff);
  for (const fragment of fragments) {
    target.sink.uint32(0xe000fffe);
    target.sink.uint32(fragment.length);
    target.sink.bytes(fragment);
  }
  target.sink.uint32(0xe0ddfffe);
  target.sink.uint32(0);
}
