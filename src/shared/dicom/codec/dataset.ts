import { IsocenterError } from '../../contract/errors.ts';
import { type Charset, charsetOf, DEFAULT_CHARSET } from './charset.ts';
import { entryOfKeyword, nameOfTag } from './dictionary.ts';
import { CHARSET_TEXT, NUMBER_BYTES, SINGLE_TEXT, STRING_VRS } from './vr.ts';

const UTF8 = charsetOf(['ISO_IR 192']);

/** One element as it lies in the source; `items` for sequences, `fragments` for encapsulated pixel data (offset table first). */
export interface DataElement {
  readonly tag: number;
  /** Two letters, or `xs` (US or SS by Pixel Representation). */
  readonly vr: string;
  readonly start: number;
  readonly length: number;
  readonly items?: readonly DataSet[];
  readonly fragments?: readonly Uint8Array[];
}

/** What a data set needs to decode its values; shared by all items of one file. */
export interface DataSource {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** Name for errors: a file, a SOP instance. */
  readonly object: string;
  readonly warnings: string[];
}

/**
 * A parsed data set with typed access by keyword. `string`, `strings`, `numbers`, `sequence` give an empty result for an absent
 * or empty attribute; the `need…` forms throw MISSING_ATTRIBUTE. Values that do not decode throw INVALID_ATTRIBUTE.
 */
export class DataSet {
  readonly elements: ReadonlyMap<number, DataElement>;
  readonly source: DataSource;
  readonly charset: Charset;
  /** Where the set lies: '' for the root, `BeamSequence[2]` for an item. */
  readonly path: string;

  constructor(
    elements: ReadonlyMap<number, DataElement>,
    source: DataSource,
    charset: Charset = DEFAULT_CHARSET,
    path = '',
  ) {
    this.elements = elements;
    this.source = source;
    this.charset = charset;
    this.path = path;
  }

  /** File or instance and place within it, for errors. */
  get object(): string {
    return this.path === '' ? this.source.object : `${this.source.object} ${this.path}`;
  }

  element(attribute: string | number): DataElement | undefined {
    return this.elements.get(typeof attribute === 'number' ? attribute : entryOfKeyword(attribute).tag);
  }

  /** Whether the attribute is there with a value. */
  has(attribute: string | number): boolean {
    const element = this.element(attribute);
    return (
      element !== undefined && (element.length > 0 || (element.items?.length ?? element.fragments?.length ?? 0) > 0)
    );
  }

  /** Raw value bytes, a view into the file in its byte order; empty when absent. */
  bytes(attribute: string | number): Uint8Array {
    const element = this.element(attribute);
    return element === undefined ? new Uint8Array() : this.rawOf(element);
  }

  rawOf(element: DataElement): Uint8Array {
    return this.source.bytes.subarray(element.start, element.start + element.length);
  }

  /** All values as text, without padding; multi-valued number VRs come as their decimal form. */
  strings(attribute: string | number): string[] {
    const element = this.element(attribute);
    if (element === undefined || element.length === 0) return [];
    if (!STRING_VRS.has(element.vr)) {
      if (NUMBER_BYTES.has(element.vr) || element.vr === 'xs') return this.numbers(attribute).map(String);
      throw this.invalid(attribute, `its VR ${element.vr} holds no text`);
    }
    const text = this.textOf(element);
    if (SINGLE_TEXT.has(element.vr)) return [text.replace(/[\0 ]+$/, '')];
    return text.split('\\').map((value) => value.replace(/^ +|[\0 ]+$/g, ''));
  }

  /** The value's bytes as UTF-8 text whatever its VR, without padding: for private attributes that lost theirs; '' when absent. */
  utf8(attribute: string | number): string {
    return UTF8.decode(this.bytes(attribute)).replace(/[\0 ]+$/, '');
  }

  /** First value as text; '' when absent or empty. */
  string(attribute: string | number): string {
    return this.strings(attribute)[0] ?? '';
  }

  /** All values as numbers (DS, IS and the binary VRs); [] when absent or empty. */
  numbers(attribute: string | number): number[] {
    const element = this.element(attribute);
    if (element === undefined || element.length === 0) return [];
    const vr = element.vr === 'xs' ? this.resolvePixelVr() : element.vr;
    if (vr === 'DS' || vr === 'IS') return this.decimals(attribute, element);
    const size = NUMBER_BYTES.get(vr);
    if (size === undefined) throw this.invalid(attribute, `its VR ${vr} holds no numbers`);
    if (element.length % size !== 0)
      throw this.invalid(attribute, `${element.length} bytes are no whole number of ${vr} values`);
    const view = new DataView(this.source.bytes.buffer, this.source.bytes.byteOffset + element.start, element.length);
    const values: number[] = [];
    for (let at = 0; at < element.length; at += size) values.push(readNumber(view, at, vr, this.source.littleEndian));
    return values;
  }

  /** First value as a number; undefined when absent or empty. */
  number(attribute: string | number): number | undefined {
    return this.numbers(attribute)[0];
  }

  /** Items of a sequence; [] when absent or empty. */
  sequence(attribute: string | number): readonly DataSet[] {
    const element = this.element(attribute);
    if (element === undefined) return [];
    if (element.items === undefined) {
      if (element.length === 0) return [];
      throw this.invalid(attribute, `its VR ${element.vr} is no sequence`);
    }
    return element.items;
  }

  needString(attribute: string): string {
    const value = this.string(attribute);
    if (value === '') throw this.missing(attribute);
    return value;
  }

  needNumber(attribute: string): number {
    const value = this.number(attribute);
    if (value === undefined) throw this.missing(attribute);
    return value;
  }

  /** Exactly `count` values. */
  needNumbers(attribute: string, count: number): number[] {
    const values = this.numbers(attribute);
    if (values.length === 0) throw this.missing(attribute);
    if (values.length !== count) throw this.invalid(attribute, `${values.length} values instead of ${count}`);
    return values;
  }

  needSequence(attribute: string): readonly DataSet[] {
    const items = this.sequence(attribute);
    if (items.length === 0) throw this.missing(attribute);
    return items;
  }

  missing(attribute: string | number): IsocenterError {
    return new IsocenterError('MISSING_ATTRIBUTE', 'required attribute is absent or empty', {
      object: this.object,
      attribute: nameOf(attribute),
    });
  }

  invalid(attribute: string | number, why: string): IsocenterError {
    return new IsocenterError('INVALID_ATTRIBUTE', why, { object: this.object, attribute: nameOf(attribute) });
  }

  private textOf(element: DataElement): string {
    const raw = this.rawOf(element);
    return (CHARSET_TEXT.has(element.vr) ? this.charset : DEFAULT_CHARSET).decode(raw);
  }

  private decimals(attribute: string | number, element: DataElement): number[] {
    // Contour data has millions of digits: no decoder, no regular expression per character.
    return this.textOf(element)
      .split('\\')
      .map((text) => {
        const trimmed = text.trim().replace(/\0+$/, '');
        const value = trimmed === '' ? Number.NaN : Number(trimmed);
        if (!Number.isFinite(value) || /[xob]/i.test(trimmed))
          throw this.invalid(attribute, `"${trimmed}" is no number`);
        return value;
      });
  }

  /** `US or SS` attributes follow Pixel Representation of the data set they stand in (PS3.5 A.1). */
  private resolvePixelVr(): string {
    const representation = this.element('PixelRepresentation');
    return representation !== undefined && this.numbers('PixelRepresentation')[0] === 1 ? 'SS' : 'US';
  }
}

const nameOf = (attribute: string | number): string =>
  typeof attribute === 'number' ? nameOfTag(attribute) : attribute;

function readNumber(view: DataView, at: number, vr: string, littleEndian: boolean): number {
  switch (vr) {
    case 'US':
      return view.getUint16(at, littleEndian);
    case 'SS':
      return view.getInt16(at, littleEndian);
    case 'UL':
      return view.getUint32(at, littleEndian);
    case 'SL':
      return view.getInt32(at, littleEndian);
    case 'FL':
      return view.getFloat32(at, littleEndian);
    case 'FD':
      return view.getFloat64(at, littleEndian);
    case 'AT':
      return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
    case 'UV':
      return Number(view.getBigUint64(at, littleEndian));
    default:
      return Number(view.getBigInt64(at, littleEndian));
  }
}
