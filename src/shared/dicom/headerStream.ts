import { IsocenterError } from '../contract/errors.ts';
import { entryOfTag, formatTag, implicitVr, nameOfTag } from './codec/dictionary.ts';
import { KNOWN_VRS, LONG_FORM } from './codec/vr.ts';

/** How the elements of a data set are encoded (PS3.5 annex A). */
export interface StreamEncoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

interface Frame {
  readonly kind: 'items' | 'item' | 'fragments';
  readonly tag: number;
  /** Position of the end; Infinity for undefined length. */
  readonly end: number;
  readonly explicit: boolean;
}

const UNDEFINED = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const SOP_CLASS = 0x00080016;
const SOP_INSTANCE = 0x00080018;
/** As `parse.ts`: deeper than any real object. */
const MAX_DEPTH = 64;
/** Zeros that some archives put behind the last element, as in `parse.ts`. */
const MAX_PADDING = 4096;
/** Longer values of the data set itself are left out: pixel data, overlays, curves, private blobs. */
const LONGEST_VALUE = 16 * 1024;
/** Inside sequences only short text is kept: the UIDs that objects name each other by, and codes. */
const LONGEST_NESTED = 256;
const NESTED_VRS = new Set('UI LO SH CS PN DA TM DT AE AS'.split(' '));
/** What may be left of an object; only a hostile one has more. */
const LARGEST_HEADER = 64 * 1024 * 1024;

/**
 * Takes a data set apart as it streams by and keeps a copy without long values, which `parseDataSet` reads: what an index
 * needs of an object of any size. Sequences come out with undefined length, because what they hold has become shorter.
 * The whole structure is checked: DECODE_FAILED when it makes no sense, TRUNCATED from `end` when it stops in the middle.
 */
export class HeaderStream {
  readonly #encoding: StreamEncoding;
  readonly #object: string;
  readonly #frames: Frame[] = [];
  readonly #head = new Uint8Array(12);
  readonly #headView = new DataView(this.#head.buffer);
  #headFilled = 0;
  #at = 0;
  /** Bytes of the value being passed, and whether they are copied. */
  #valueLeft = 0;
  #isKept = false;
  /** Zeros seen where an element should start; undefined outside padding. */
  #padding: number | undefined;
  #out = new Uint8Array(8192);
  #length = 0;
  #uid: { readonly tag: number; readonly start: number } | undefined;
  #identity: { sopClass?: string; sopInstance?: string } = {};

  constructor(encoding: StreamEncoding, object: string) {
    this.#encoding = encoding;
    this.#object = object;
  }

  /** SOP Class and Instance UID as soon as both have passed. */
  get identity(): { readonly sopClass?: string; readonly sopInstance?: string } {
    return this.#identity;
  }

  /** The data set so far without its long values, in the encoding it came in; valid until the next `push`. */
  get header(): Uint8Array {
    return this.#out.subarray(0, this.#length);
  }

  push(chunk: Uint8Array): void {
    let taken = 0;
    while (taken < chunk.length) {
      if (this.#valueLeft > 0) {
        const count = Math.min(this.#valueLeft, chunk.length - taken);
        if (this.#isKept) this.#copy(chunk.subarray(taken, taken + count));
        taken += count;
        this.#at += count;
        this.#valueLeft -= count;
        if (this.#valueLeft === 0 && this.#uid !== undefined) this.#takeUid();
        continue;
      }
      if (this.#padding !== undefined) {
        this.#padding += chunk.length - taken;
        if (this.#padding > MAX_PADDING || chunk.subarray(taken).some((byte) => byte !== 0))
          throw this.#broken(`(0000,0000) at byte ${this.#at} where an attribute was expected`);
        return;
      }
      this.#closeFinished();
      const wanted = this.#headLength();
      while (this.#headFilled < wanted && taken < chunk.length) {
        this.#head[this.#headFilled++] = chunk[taken++];
        this.#at++;
      }
      if (this.#headFilled === this.#headLength()) this.#readHead();
    }
  }

  /** To be called after the last chunk. @throws TRUNCATED */
  end(): void {
    this.#closeFinished();
    const isPadding = this.#frames.length === 0 && this.#head.subarray(0, this.#headFilled).every((byte) => byte === 0);
    if (this.#headFilled > 0 && !isPadding) throw this.#truncated('the file ends inside an element');
    if (this.#valueLeft > 0) throw this.#truncated(`the file ends ${this.#valueLeft} bytes before the end of a value`);
    const open = this.#frames.at(-1);
    if (open !== undefined) throw this.#truncated(`the file ends inside ${nameOfTag(open.tag)}`);
  }

  #headLength(): number {
    if (this.#headFilled < 8 || !this.#isExplicit()) return 8;
    const tag = this.#tag();
    return tag < ITEM && LONG_FORM.has(this.#vr()) ? 12 : 8;
  }

  #isExplicit(): boolean {
    return this.#frames.at(-1)?.explicit ?? this.#encoding.explicit;
  }

  #tag(): number {
    const little = this.#encoding.littleEndian;
    return this.#headView.getUint16(0, little) * 0x10000 + this.#headView.getUint16(2, little);
  }

  #vr(): string {
    return String.fromCharCode(this.#head[4], this.#head[5]);
  }

  #uint32(offset: number): number {
    return this.#headView.getUint32(offset, this.#encoding.littleEndian);
  }

  #readHead(): void {
    const frame = this.#frames.at(-1);
    const tag = this.#tag();
    const headLength = this.#headFilled;
    if (frame === undefined && this.#head.every((byte, i) => i >= 8 || byte === 0)) {
      this.#padding = 8;
      return;
    }
    this.#headFilled = 0;
    if (frame !== undefined && frame.kind !== 'item') return this.#delimiter(frame, tag);
    if (tag >>> 16 === 0xfffe) {
      if (tag === ITEM_END && frame?.end === Infinity) return this.#close();
      throw this.#broken(`${formatTag(tag)} at byte ${this.#at - headLength} where an attribute was expected`);
    }
    const explicit = this.#isExplicit();
    if (!explicit) return this.#element(tag, implicitVr(tag), this.#uint32(4), explicit);
    const vr = this.#vr();
    if (!KNOWN_VRS.has(vr)) throw this.#broken(`${nameOfTag(tag)} at byte ${this.#at - headLength} has no valid VR`);
    const length = headLength === 12 ? this.#uint32(8) : this.#headView.getUint16(6, this.#encoding.littleEndian);
    this.#element(tag, vr, length, explicit);
  }

  #element(tag: number, vr: string, length: number, explicit: boolean): void {
    if (length !== UNDEFINED) this.#checkFits(tag, length);
    // PS3.5 6.2.2: what was UN is implicit little endian inside; a known tag regains its VR.
    const isUnknown = vr === 'UN' && explicit;
    const known = isUnknown && this.#encoding.littleEndian ? entryOfTag(tag)?.vr : undefined;
    const actual = known !== undefined && known !== 'OW' ? known : vr;
    if (length === UNDEFINED && explicit && (vr === 'OB' || vr === 'OW')) {
      this.#writeHead(tag, vr, UNDEFINED, explicit);
      this.#open('fragments', tag, Infinity, explicit);
    } else if (actual === 'SQ' || length === UNDEFINED) {
      if (length === UNDEFINED && actual !== 'SQ' && vr !== 'UN')
        throw this.#broken(`${nameOfTag(tag)} (${vr}) has undefined length`);
      this.#writeHead(tag, vr, UNDEFINED, explicit);
      this.#open('items', tag, length === UNDEFINED ? Infinity : this.#at + length, explicit && !isUnknown);
    } else this.#value(tag, vr, actual, length, explicit);
  }

  #value(tag: number, vr: string, actual: string, length: number, explicit: boolean): void {
    const isNested = this.#frames.length > 0;
    this.#isKept = isNested ? length <= LONGEST_NESTED && NESTED_VRS.has(actual) : length <= LONGEST_VALUE;
    this.#writeHead(tag, vr, this.#isKept ? length : 0, explicit);
    this.#valueLeft = length;
    if (!isNested && length > 0 && length <= 64 && (tag === SOP_CLASS || tag === SOP_INSTANCE))
      this.#uid = { tag, start: this.#length };
  }

  /** Between items or fragments. */
  #delimiter(frame: Frame, tag: number): void {
    const length = this.#uint32(4);
    if (tag === SEQUENCE_END && frame.end === Infinity) return this.#close();
    if (tag === SEQUENCE_END) throw this.#broken(`${nameOfTag(frame.tag)} ends before its length`);
    if (tag !== ITEM) throw this.#broken(`${formatTag(tag)} where an item of ${nameOfTag(frame.tag)} was expected`);
    if (frame.kind === 'fragments') {
      this.#isKept = false;
      this.#valueLeft = length;
      return;
    }
    if (length !== UNDEFINED) this.#checkFits(frame.tag, length);
    this.#writeTag(ITEM, UNDEFINED);
    this.#open('item', frame.tag, length === UNDEFINED ? Infinity : this.#at + length, frame.explicit);
  }

  #open(kind: Frame['kind'], tag: number, end: number, explicit: boolean): void {
    if (this.#frames.length >= 2 * MAX_DEPTH) throw this.#broken(`sequences nested deeper than ${MAX_DEPTH}`);
    this.#frames.push({ kind, tag, end, explicit });
  }

  #close(): void {
    const frame = this.#frames.pop();
    this.#writeTag(frame?.kind === 'item' ? ITEM_END : SEQUENCE_END, 0);
  }

  /** Closes what ends here by its defined length. */
  #closeFinished(): void {
    if (this.#headFilled > 0 || this.#valueLeft > 0) return;
    for (let frame = this.#frames.at(-1); frame !== undefined && frame.end <= this.#at; frame = this.#frames.at(-1))
      this.#close();
  }

  #checkFits(tag: number, length: number): void {
    const end = this.#frames.findLast((frame) => frame.end !== Infinity)?.end ?? Infinity;
    if (this.#at + length > end) throw this.#broken(`${nameOfTag(tag)} at byte ${this.#at} reaches past what holds it`);
  }

  #takeUid(): void {
    if (this.#uid === undefined) return;
    const { tag, start } = this.#uid;
    this.#uid = undefined;
    const text = String.fromCharCode(...this.#out.subarray(start, this.#length)).replace(/[\0 ]+$/, '');
    if (tag === SOP_CLASS) this.#identity.sopClass ??= text;
    else this.#identity.sopInstance ??= text;
  }

  #writeHead(tag: number, vr: string, length: number, explicit: boolean): void {
    if (!explicit) return this.#writeTag(tag, length);
    const size = LONG_FORM.has(vr) ? 12 : 8;
    const view = this.#reserve(size);
    const little = this.#encoding.littleEndian;
    view.setUint16(0, tag >>> 16, little);
    view.setUint16(2, tag & 0xffff, little);
    view.setUint8(4, vr.charCodeAt(0));
    view.setUint8(5, vr.charCodeAt(1));
    if (size === 12) {
      view.setUint16(6, 0);
      view.setUint32(8, length, little);
    } else view.setUint16(6, length, little);
  }

  /** An implicit element head, an item or a delimiter. */
  #writeTag(tag: number, length: number): void {
    const view = this.#reserve(8);
    const little = this.#encoding.littleEndian;
    view.setUint16(0, tag >>> 16, little);
    view.setUint16(2, tag & 0xffff, little);
    view.setUint32(4, length, little);
  }

  #copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#out.set(bytes, this.#length - bytes.length);
  }

  /** The next `count` bytes of the copy, to be filled in. */
  #reserve(count: number): DataView {
    const needed = this.#length + count;
    if (needed > LARGEST_HEADER)
      throw this.#broken(`more than ${LARGEST_HEADER} bytes of structure besides the long values`);
    if (needed > this.#out.length) {
      const grown = new Uint8Array(Math.max(needed, this.#out.length * 2));
      grown.set(this.header);
      this.#out = grown;
    }
    this.#length = needed;
    return new DataView(this.#out.buffer, needed - count, count);
  }

  #truncated(why: string): IsocenterError {
    return new IsocenterError('TRUNCATED', why, { object: this.#object });
  }

  #broken(why: string): IsocenterError {
    return new IsocenterError('DECODE_FAILED', why, { object: this.#object });
  }
}
