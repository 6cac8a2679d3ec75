import { IsocenterError } from '../../contract/errors.ts';
import { type Charset, charsetOf, DEFAULT_CHARSET } from './charset.ts';
import { type DataElement, DataSet, type DataSource } from './dataset.ts';
import { entryOfTag, formatTag, implicitVr, nameOfTag } from './dictionary.ts';
import { KNOWN_VRS, LONG_FORM } from './vr.ts';

export interface ParseOptions {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  /** Stop before the first top-level tag that is not below this one; what follows is neither read nor checked. */
  readonly stopBefore?: number;
}

const UNDEFINED = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const CHARACTER_SET = 0x00080005;
/** Deeper nesting than any real object (structured reports reach about ten); keeps hostile input off the call stack. */
const MAX_DEPTH = 64;

/**
 * Parses a data set from `start` to the end of `bytes` (PS3.5 section 7), without copying values.
 * Throws TRUNCATED when a length reaches past the end, DECODE_FAILED when the structure makes no sense.
 */
export function parseDataSet(
  bytes: Uint8Array,
  start: number,
  options: ParseOptions,
  object: string,
): { dataset: DataSet; end: number } {
  const warnings: string[] = [];
  const source: DataSource = { bytes, littleEndian: options.littleEndian, object, warnings };
  const parser = new Parser(source, options.stopBefore ?? Number.POSITIVE_INFINITY);
  parser.at = start;
  const dataset = parser.dataSet(bytes.length, options.explicit, DEFAULT_CHARSET, '', 0);
  return { dataset, end: parser.at };
}

class Parser {
  at = 0;
  private readonly source: DataSource;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly little: boolean;
  private readonly stopBefore: number;

  constructor(source: DataSource, stopBefore: number) {
    this.source = source;
    this.bytes = source.bytes;
    this.view = new DataView(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength);
    this.little = source.littleEndian;
    this.stopBefore = stopBefore;
  }

  /** Elements up to `end`, or to the item delimiter when `end` is undefined (an item of undefined length). */
  dataSet(end: number | undefined, explicit: boolean, inherited: Charset, path: string, depth: number): DataSet {
    if (depth > MAX_DEPTH) throw this.broken(`sequences nested deeper than ${MAX_DEPTH}`);
    const elements = new Map<number, DataElement>();
    const limit = end ?? this.bytes.length;
    let charset = inherited;
    while (this.at < limit) {
      if (path === '' && this.isPadding()) break;
      const before = this.at;
      const tag = this.tag(limit);
      if (tag === ITEM_END && end === undefined) {
        this.uint32(limit);
        return new DataSet(elements, this.source, charset, path);
      }
      if (path === '' && tag >= this.stopBefore) {
        this.at = before;
        break;
      }
      if (tag >>> 16 === 0xfffe)
        throw this.broken(`${formatTag(tag)} at byte ${before} where an attribute was expected`);
      const element = this.element(tag, limit, explicit, charset, path, depth);
      if (elements.has(tag))
        this.source.warnings.push(
          `${nameOfTag(tag)} occurs twice${path === '' ? '' : ` in ${path}`}; the first is used`,
        );
      else elements.set(tag, element);
      if (tag === CHARACTER_SET) charset = this.charset(element);
    }
    if (end === undefined) throw this.truncated(`the file ends inside ${path}`);
    return new DataSet(elements, this.source, charset, path);
  }

  private element(
    tag: number,
    limit: number,
    explicit: boolean,
    charset: Charset,
    path: string,
    depth: number,
  ): DataElement {
    const header = explicit ? this.explicitHeader(tag, limit) : { vr: implicitVr(tag), length: this.uint32(limit) };
    let { vr } = header;
    const { length } = header;
    const start = this.at;
    let nestedExplicit = explicit;
    if (length !== UNDEFINED && start + length > limit) {
      if (start + length > this.bytes.length)
        throw this.truncated(
          `${nameOfTag(tag)} needs ${length} bytes at byte ${start}, ${this.bytes.length - start} are left`,
        );
      throw this.broken(`${nameOfTag(tag)} at byte ${start} reaches past the end of ${path}`);
    }
    if (vr === 'UN' && explicit) {
      // PS3.5 6.2.2: what was UN is implicit little endian inside; a known tag regains its VR.
      const known = this.little ? entryOfTag(tag)?.vr : undefined;
      if (length === UNDEFINED) vr = 'SQ';
      else if (known !== undefined && known !== 'OW') vr = known;
      nestedExplicit = vr === 'SQ' ? false : explicit;
    }
    if (length === UNDEFINED && (vr === 'OB' || vr === 'OW') && explicit)
      return this.encapsulated(tag, vr, start, path);
    if (vr === 'SQ' || length === UNDEFINED) {
      if (length === UNDEFINED && vr !== 'SQ' && vr !== 'UN')
        throw this.broken(`${nameOfTag(tag)} (${vr}) has undefined length`);
      const itemPath = path === '' ? nameOfTag(tag) : `${path}.${nameOfTag(tag)}`;
      const items = this.items(
        length === UNDEFINED ? undefined : start + length,
        nestedExplicit,
        charset,
        itemPath,
        depth,
      );
      return { tag, vr: 'SQ', start, length: this.at - start, items };
    }
    this.at = start + length;
    return { tag, vr, start, length };
  }

  private explicitHeader(tag: number, limit: number): { vr: string; length: number } {
    if (this.at + 4 > limit) throw this.truncated(`the file ends inside ${nameOfTag(tag)}`);
    const vr = String.fromCharCode(this.bytes[this.at], this.bytes[this.at + 1]);
    if (!KNOWN_VRS.has(vr)) throw this.broken(`${nameOfTag(tag)} at byte ${this.at} has no valid VR`);
    if (!LONG_FORM.has(vr)) {
      const length = this.view.getUint16(this.at + 2, this.little);
      this.at += 4;
      return { vr, length };
    }
    this.at += 4;
    return { vr, length: this.uint32(limit) };
  }

  private items(end: number | undefined, explicit: boolean, charset: Charset, path: string, depth: number): DataSet[] {
    const items: DataSet[] = [];
    const limit = end ?? this.bytes.length;
    while (this.at < limit) {
      const tag = this.tag(limit);
      const length = this.uint32(limit);
      if (tag === SEQUENCE_END) {
        if (end === undefined) return items;
        throw this.broken(`${path} ends before its length`);
      }
      if (tag !== ITEM)
        throw this.broken(`${formatTag(tag)} at byte ${this.at - 8} where an item of ${path} was expected`);
      const itemEnd = length === UNDEFINED ? undefined : this.at + length;
      if (itemEnd !== undefined && itemEnd > limit) {
        if (itemEnd > this.bytes.length)
          throw this.truncated(`an item of ${path} needs ${length} bytes, ${this.bytes.length - this.at} are left`);
        throw this.broken(`an item reaches past the end of ${path}`);
      }
      items.push(this.dataSet(itemEnd, explicit, charset, `${path}[${items.length + 1}]`, depth + 1));
    }
    if (end === undefined) throw this.truncated(`the file ends inside ${path}`);
    return items;
  }

  private encapsulated(tag: number, vr: string, start: number, path: string): DataElement {
    const fragments: Uint8Array[] = [];
    for (;;) {
      const item = this.tag(this.bytes.length);
      const length = this.uint32(this.bytes.length);
      if (item === SEQUENCE_END) return { tag, vr, start, length: this.at - start, fragments };
      if (item !== ITEM)
        throw this.broken(`${formatTag(item)} where a fragment of ${nameOfTag(tag)} was expected${path}`);
      if (this.at + length > this.bytes.length)
        throw this.truncated(
          `a fragment of ${nameOfTag(tag)} needs ${length} bytes, ${this.bytes.length - this.at} are left`,
        );
      fragments.push(this.bytes.subarray(this.at, this.at + length));
      this.at += length;
    }
  }

  private charset(element: DataElement): Charset {
    const raw = this.bytes.subarray(element.start, element.start + element.length);
    const terms =
      element.length === 0
        ? []
        : DEFAULT_CHARSET.decode(raw)
            .split('\\')
            .map((term) => term.replace(/[\0 ]+$/, '').trimStart());
    return charsetOf(terms, (term) => this.source.warnings.push(`unknown character set "${term}": read as Latin 1`));
  }

  /** Some archives fill the last block of a file with zeros. */
  private isPadding(): boolean {
    if (this.bytes[this.at] !== 0 || this.bytes.length - this.at > 4096) return false;
    for (let i = this.at; i < this.bytes.length; i++) if (this.bytes[i] !== 0) return false;
    this.source.warnings.push(`${this.bytes.length - this.at} zero bytes after the data set`);
    this.at = this.bytes.length;
    return true;
  }

  private tag(limit: number): number {
    if (this.at + 4 > limit) throw this.short(limit);
    const tag = this.view.getUint16(this.at, this.little) * 0x10000 + this.view.getUint16(this.at + 2, this.little);
    this.at += 4;
    return tag;
  }

  private uint32(limit: number): number {
    if (this.at + 4 > limit) throw this.short(limit);
    const value = this.view.getUint32(this.at, this.little);
    this.at += 4;
    return value;
  }

  private short(limit: number): IsocenterError {
    return limit === this.bytes.length
      ? this.truncated('the file ends inside an element')
      : this.broken(`an element at byte ${this.at} reaches past the end of its item`);
  }

  private truncated(why: string): IsocenterError {
    return new IsocenterError('TRUNCATED', why, { object: this.source.object });
  }

  private broken(why: string): IsocenterError {
    return new IsocenterError('DECODE_FAILED', why, { object: this.source.object });
  }
}
