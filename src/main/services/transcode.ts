import { IsocenterError } from '#shared/contract/errors.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { LONG_FORM } from '#shared/dicom/codec/vr.ts';
import type { DataSetToken } from '#main/network/dataSetTokens.ts';
import { DataSetTokens, UNDEFINED_LENGTH } from '#main/network/dataSetTokens.ts';

const PIXEL_REPRESENTATION = 0x00280103;
const ITEM = 0xfffee000;
const ITEM_DELIMITATION = 0xfffee00d;
const SEQUENCE_DELIMITATION = 0xfffee0dd;
const LONGEST_SHORT_VALUE = 0xfffe;

/**
 * Rewrites a data set between implicit and explicit VR little endian as it streams by: values stay byte for byte,
 * heads change, sequences and items get undefined lengths, group lengths (retired, and now wrong) are dropped.
 * A value too long for the 16-bit length of its VR becomes UN (PS3.5 6.2.2); attributes not in the dictionary are UN.
 * @param from transfer syntax of `source`; the result is in the other one.
 * @throws IsocenterError when the source is malformed or ends early.
 */
export async function* transcodeLittleEndian(
  source: AsyncIterable<Uint8Array>,
  from: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const fromExplicit = from === EXPLICIT_LITTLE_ENDIAN;
  const tokens = new DataSetTokens({ explicit: fromExplicit, bigEndian: false });
  const writer = new TokenWriter(!fromExplicit);
  for await (const chunk of source) {
    for (const token of tokens.push(chunk)) writer.write(token);
    yield writer.take();
  }
  for (const token of tokens.end()) writer.write(token);
  if (!tokens.isComplete) throw new IsocenterError('TRUNCATED', 'the data set ends within an element');
  yield writer.take();
}

class TokenWriter {
  readonly #explicit: boolean;
  #parts: Uint8Array[] = [];
  #isSkipping = false;
  #isPixelRepresentation = false;
  #isSigned = false;

  constructor(explicit: boolean) {
    this.#explicit = explicit;
  }

  /** What was written since the last call: to be taken while the chunk it came from is still there. */
  take(): Buffer {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    return bytes;
  }

  write(token: DataSetToken): void {
    switch (token.kind) {
      case 'element':
        this.#isSkipping = (token.tag & 0xffff) === 0;
        this.#isPixelRepresentation = token.tag === PIXEL_REPRESENTATION;
        if (!this.#isSkipping) this.#head(token.tag, token.vr, token.length);
        break;
      case 'value':
        if (this.#isPixelRepresentation) this.#isSigned = token.bytes[0] === 1;
        if (!this.#isSkipping) this.#parts.push(token.bytes);
        this.#isPixelRepresentation = false;
        break;
      case 'sequence':
        this.#head(token.tag, 'SQ', UNDEFINED_LENGTH);
        break;
      case 'item':
        this.#delimiter(ITEM, UNDEFINED_LENGTH);
        break;
      case 'item-end':
        this.#delimiter(ITEM_DELIMITATION, 0);
        break;
      case 'sequence-end':
        this.#delimiter(SEQUENCE_DELIMITATION, 0);
        break;
      case 'encapsulated':
      case 'fragment':
        throw new IsocenterError('UNSUPPORTED_TRANSFER_SYNTAX', 'encapsulated pixel data in an uncompressed data set');
    }
  }

  #delimiter(tag: number, length: number): void {
    const head = Buffer.allocUnsafe(8);
    writeTag(head, tag);
    head.writeUInt32LE(length, 4);
    this.#parts.push(head);
  }

  #head(tag: number, dictionaryVr: string, length: number): void {
    if (!this.#explicit) {
      this.#delimiter(tag, length);
      return;
    }
    const vr = this.#explicitVr(dictionaryVr, length);
    const isLong = LONG_FORM.has(vr);
    const head = Buffer.alloc(isLong ? 12 : 8);
    writeTag(head, tag);
    head.write(vr, 4, 'latin1');
    if (isLong) head.writeUInt32LE(length, 8);
    else head.writeUInt16LE(length, 6);
    this.#parts.push(head);
  }

  /** Attributes that are US or SS follow Pixel Representation, which comes before them (PS3.5 annex A.1). */
  #explicitVr(vr: string, length: number): string {
    const resolved = vr === 'xs' ? (this.#isSigned ? 'SS' : 'US') : vr;
    return length > LONGEST_SHORT_VALUE && !LONG_FORM.has(resolved) ? 'UN' : resolved;
  }
}

function writeTag(head: Buffer, tag: number): void {
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
}
