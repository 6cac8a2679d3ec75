import { IsocenterError } from '#shared/contract/errors.ts';
import { implicitVr } from '#shared/dicom/codec/dictionary.ts';
import { EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { LONG_FORM } from '#shared/dicom/codec/vr.ts';

/** How the elements of a data set are encoded (PS3.5 annex A). */
export interface Encoding {
  readonly explicit: boolean;
  readonly bigEndian: boolean;
}

/** Encoding of a data set; for a deflated one that of the inflated bytes. */
export function encodingOf(transferSyntaxUid: string): Encoding {
  return {
    explicit: transferSyntaxUid !== IMPLICIT_LITTLE_ENDIAN,
    bigEndian: transferSyntaxUid === EXPLICIT_BIG_ENDIAN,
  };
}

/** One step through a data set. Items and sequences end with a token of their own, however their length was given. */
export type DataSetToken =
  | { readonly kind: 'element'; readonly tag: number; readonly vr: string; readonly length: number }
  /** Bytes of the element (or pixel fragment) last announced; views of the chunk. */
  | { readonly kind: 'value'; readonly bytes: Uint8Array }
  | { readonly kind: 'sequence'; readonly tag: number }
  | { readonly kind: 'encapsulated'; readonly tag: number; readonly vr: string }
  | { readonly kind: 'fragment'; readonly length: number }
  | { readonly kind: 'item' | 'item-end' | 'sequence-end' };

interface Frame {
  readonly kind: 'sequence' | 'item' | 'fragments';
  /** Absolute position of the end; Infinity for undefined length. */
  readonly end: number;
  /** Of the elements inside. */
  readonly explicit: boolean;
}

export const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_DELIMITATION = 0xfffee00d;
const SEQUENCE_DELIMITATION = 0xfffee0dd;
/** A sequence this deep is no data set anybody wrote, but an attack on whoever recurses. */
const DEEPEST = 64;

/**
 * Walks a data set that arrives in chunks: reads element heads, passes values through. State is the stack of open
 * sequences and one head, so memory does not depend on the data set.
 */
export class DataSetTokens {
  readonly #bigEndian: boolean;
  readonly #explicit: boolean;
  readonly #frames: Frame[] = [];
  readonly #head = Buffer.alloc(12);
  #headFilled = 0;
  #valueLeft = 0;
  #at = 0;

  constructor(encoding: Encoding) {
    this.#explicit = encoding.explicit;
    this.#bigEndian = encoding.bigEndian;
  }

  /** The data set may end here: nothing is open and nothing half read. */
  get isComplete(): boolean {
    return this.#headFilled === 0 && this.#valueLeft === 0 && this.#frames.every(({ end }) => end === this.#at);
  }

  /** How many sequences and items are open; 0 is the data set's own level. */
  get depth(): number {
    return this.#frames.length;
  }

  /**
   * Tokens that `chunk` completes.
   * @throws IsocenterError INVALID_ATTRIBUTE when the bytes are no data set of this encoding.
   */
  *push(chunk: Uint8Array): Generator<DataSetToken, void, undefined> {
    let taken = 0;
    while (taken < chunk.length) {
      if (this.#valueLeft > 0) {
        const bytes = chunk.subarray(taken, taken + this.#valueLeft);
        taken += bytes.length;
        this.#at += bytes.length;
        this.#valueLeft -= bytes.length;
        yield { kind: 'value', bytes };
        continue;
      }
      yield* this.#closeFinished();
      const missing = this.#headLength() - this.#headFilled;
      const part = chunk.subarray(taken, taken + missing);
      this.#head.set(part, this.#headFilled);
      this.#headFilled += part.length;
      taken += part.length;
      this.#at += part.length;
      if (this.#headFilled === this.#headLength()) yield this.#readHead();
    }
  }

  /** Ends of defined length that fall on the end of the data set. */
  *end(): Generator<DataSetToken, void, undefined> {
    yield* this.#closeFinished();
  }

  *#closeFinished(): Generator<DataSetToken, void, undefined> {
    if (this.#headFilled > 0) return;
    for (;;) {
      const frame = this.#frames.at(-1);
      if (frame === undefined || frame.end > this.#at) return;
      this.#frames.pop();
      yield { kind: frame.kind === 'item' ? 'item-end' : 'sequence-end' };
    }
  }

  #isExplicit(): boolean {
    return this.#frames.at(-1)?.explicit ?? this.#explicit;
  }

  #tag(): number {
    const [group, element] = this.#bigEndian
      ? [this.#head.readUInt16BE(0), this.#head.readUInt16BE(2)]
      : [this.#head.readUInt16LE(0), this.#head.readUInt16LE(2)];
    return group * 0x10000 + element;
  }

  #headLength(): number {
    if (this.#headFilled < 8 || !this.#isExplicit() || this.#tag() >= ITEM) return 8;
    return LONG_FORM.has(this.#vr()) ? 12 : 8;
  }

  #vr(): string {
    return this.#head.toString('latin1', 4, 6);
  }

  #uint32(offset: number): number {
    return this.#bigEndian ? this.#head.readUInt32BE(offset) : this.#head.readUInt32LE(offset);
  }

  #readHead(): DataSetToken {
    const tag = this.#tag();
    const isLong = this.#headFilled === 12;
    this.#headFilled = 0;
    const frame = this.#frames.at(-1);
    if (tag === ITEM || tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) return this.#delimiter(tag, frame);
    if (frame !== undefined && frame.kind !== 'item') throw malformed(tag, 'stands where an item should start');
    let vr: string;
    let length: number;
    if (this.#isExplicit()) {
      vr = this.#vr();
      if (!/^[A-Z]{2}$/.test(vr)) throw malformed(tag, 'has no value representation');
      if (isLong) length = this.#uint32(8);
      else length = this.#bigEndian ? this.#head.readUInt16BE(6) : this.#head.readUInt16LE(6);
    } else {
      vr = implicitVr(tag);
      length = this.#uint32(4);
    }
    return this.#element(tag, vr, length);
  }

  #element(tag: number, vr: string, length: number): DataSetToken {
    if (length === UNDEFINED_LENGTH && (vr === 'OB' || vr === 'OW') && this.#isExplicit()) {
      this.#open('fragments', length, tag, true);
      return { kind: 'encapsulated', tag, vr };
    }
    if (vr === 'SQ' || length === UNDEFINED_LENGTH) {
      // Unknown with undefined length is a sequence in implicit VR, whatever is around it (PS3.5 6.2.2 note 6).
      this.#open('sequence', length, tag, this.#isExplicit() && vr !== 'UN');
      return { kind: 'sequence', tag };
    }
    this.#checkFits(tag, length);
    this.#valueLeft = length;
    return { kind: 'element', tag, vr, length };
  }

  #delimiter(tag: number, frame: Frame | undefined): DataSetToken {
    const length = this.#uint32(4);
    if (tag === ITEM) {
      if (frame?.kind === 'fragments' && length !== UNDEFINED_LENGTH) {
        this.#valueLeft = length;
        return { kind: 'fragment', length };
      }
      if (frame?.kind !== 'sequence') throw malformed(tag, 'stands outside a sequence');
      this.#open('item', length, tag, frame.explicit);
      return { kind: 'item' };
    }
    const closes = tag === ITEM_DELIMITATION ? frame?.kind === 'item' : frame !== undefined && frame.kind !== 'item';
    if (!closes) throw malformed(tag, 'closes nothing');
    this.#frames.pop();
    return { kind: tag === ITEM_DELIMITATION ? 'item-end' : 'sequence-end' };
  }

  #open(kind: Frame['kind'], length: number, tag: number, explicit: boolean): void {
    if (this.#frames.length >= DEEPEST) throw malformed(tag, `is nested more than ${DEEPEST} deep`);
    if (length !== UNDEFINED_LENGTH) this.#checkFits(tag, length);
    this.#frames.push({ kind, end: length === UNDEFINED_LENGTH ? Infinity : this.#at + length, explicit });
  }

  #checkFits(tag: number, length: number): void {
    const end = this.#frames.findLast((frame) => frame.end !== Infinity)?.end ?? Infinity;
    if (this.#at + length > end) throw malformed(tag, 'is longer than what contains it');
  }
}

function malformed(tag: number, what: string): IsocenterError {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  const attribute = `(${hex.slice(0, 4)},${hex.slice(4)})`;
  return new IsocenterError('INVALID_ATTRIBUTE', `the element ${what}`, { attribute });
}
