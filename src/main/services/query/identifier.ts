import { IsocenterError } from '#shared/contract/errors.ts';
import { charsetThatHolds, encodeText } from '#shared/dicom/codec/charsetEncode.ts';
import type { DataElement, DataSet } from '#shared/dicom/codec/dataset.ts';
import { entryOfKeyword, nameOfTag } from '#shared/dicom/codec/dictionary.ts';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { CHARSET_TEXT, LONG_FORM, NUMBER_BYTES, STRING_VRS } from '#shared/dicom/codec/vr.ts';
import type { AcceptedContext } from '#main/network/service.ts';

/** Transfer syntaxes of identifiers, wherever we propose or accept them. */
export const IDENTIFIER_TRANSFER_SYNTAXES: readonly string[] = [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN];

/** What we write into identifiers when nothing else is asked for: every name there is. */
export const UTF8: readonly string[] = ['ISO_IR 192'];

/** Keys by DICOM keyword: matching values as text ('' asks for the attribute), nested for sequences. */
export interface Keys {
  readonly [keyword: string]: string | readonly Keys[];
}

/** An identifier as it was answered: several values as a list, sequences as items. Attributes without a keyword are left out. */
export interface Answer {
  readonly [keyword: string]: string | readonly string[] | readonly Answer[];
}

/** One element of an identifier to write; `value` is text, or items. */
export interface IdentifierElement {
  readonly tag: number;
  readonly vr: string;
  readonly value: string | readonly (readonly IdentifierElement[])[];
}

const CHARACTER_SET = 0x00080005;

/**
 * Elements of keys. Values are not checked against their VR: wildcards, ranges and lists are no valid values but valid keys.
 * @throws IsocenterError USAGE for an unknown keyword
 */
export function elementsOf(keys: Keys): IdentifierElement[] {
  return Object.entries(keys).map(([keyword, value]) => {
    const { tag, vr } = knownKeyword(keyword);
    return { tag, vr, value: typeof value === 'string' ? value : value.map(elementsOf) };
  });
}

function knownKeyword(keyword: string): { tag: number; vr: string } {
  try {
    const { tag, vr } = entryOfKeyword(keyword);
    return { tag, vr: vr === 'xs' ? 'US' : vr };
  } catch {
    throw new IsocenterError('USAGE', 'no DICOM attribute has this keyword', { attribute: keyword });
  }
}

/** The identifier of a request in the encoding of its context. @throws IsocenterError USAGE, INVALID_ATTRIBUTE */
export const encodeIdentifier = (
  keys: Keys,
  context: AcceptedContext,
  characterSet: readonly string[] = UTF8,
): readonly Uint8Array[] => [encodeElements(elementsOf(keys), context, characterSet)];

/**
 * Encodes an identifier; Specific Character Set is written by itself.
 * @param preferred used if it holds all the text, else UTF-8; [] writes none where ASCII will do.
 * @throws IsocenterError INVALID_ATTRIBUTE for a number that is none
 */
export function encodeElements(
  elements: readonly IdentifierElement[],
  context: AcceptedContext,
  preferred: readonly string[],
): Uint8Array {
  const characterSet = charsetThatHolds(textsOf(elements), preferred) ?? UTF8;
  const explicit = context.transferSyntax !== IMPLICIT_LITTLE_ENDIAN;
  const own = elements.filter(({ tag }) => tag !== CHARACTER_SET);
  const label = { tag: CHARACTER_SET, vr: 'CS', value: characterSet.join('\\') };
  return encodeSet(characterSet.length === 0 ? own : [...own, label], explicit, characterSet);
}

/** Every text that depends on the character set. */
function textsOf(elements: readonly IdentifierElement[]): string[] {
  return elements.flatMap(({ vr, value }) => {
    if (typeof value !== 'string') return value.flatMap(textsOf);
    return CHARSET_TEXT.has(vr) ? [value] : [];
  });
}

function encodeSet(
  elements: readonly IdentifierElement[],
  explicit: boolean,
  characterSet: readonly string[],
): Uint8Array {
  const parts = elements
    .toSorted((a, b) => a.tag - b.tag)
    .flatMap(({ tag, vr, value }) => {
      const bytes =
        typeof value === 'string'
          ? valueBytes(tag, vr, value, characterSet)
          : itemsBytes(value, explicit, characterSet);
      return [head(tag, vr, bytes.length + (bytes.length % 2), explicit), bytes, padding(vr, bytes.length)];
    });
  return Buffer.concat(parts);
}

function itemsBytes(
  items: readonly (readonly IdentifierElement[])[],
  explicit: boolean,
  characterSet: readonly string[],
): Uint8Array {
  const ITEM = 0xfffee000;
  return Buffer.concat(
    items.flatMap((item) => {
      const bytes = encodeSet(item, explicit, characterSet);
      return [head(ITEM, '', bytes.length, false), bytes];
    }),
  );
}

const padding = (vr: string, length: number): Uint8Array =>
  length % 2 === 0 ? new Uint8Array() : Uint8Array.of(STRING_VRS.has(vr) && vr !== 'UI' ? 0x20 : 0);

function head(tag: number, vr: string, length: number, explicit: boolean): Uint8Array {
  const isLong = explicit && LONG_FORM.has(vr);
  const bytes = Buffer.alloc(isLong ? 12 : 8);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  if (explicit) bytes.write(vr, 4, 'latin1');
  if (!explicit) bytes.writeUInt32LE(length, 4);
  else if (isLong) bytes.writeUInt32LE(length, 8);
  else if (length > 0xfffe) throw new IsocenterError('INVALID_ATTRIBUTE', 'too long', { attribute: nameOfTag(tag) });
  else bytes.writeUInt16LE(length, 6);
  return bytes;
}

function valueBytes(tag: number, vr: string, value: string, characterSet: readonly string[]): Uint8Array {
  if (value === '') return new Uint8Array();
  if (CHARSET_TEXT.has(vr)) return encodeText(value, characterSet) ?? Buffer.from(value, 'utf8');
  if (STRING_VRS.has(vr)) return Buffer.from(value, 'latin1');
  const size = NUMBER_BYTES.get(vr);
  if (size !== 2 && size !== 4) {
    throw new IsocenterError('INVALID_ATTRIBUTE', `cannot be a key (VR ${vr})`, { attribute: nameOfTag(tag) });
  }
  const numbers = value.split('\\').map(Number);
  if (numbers.some((number) => !Number.isInteger(number) || number < 0 || number >= 2 ** (8 * size))) {
    throw new IsocenterError('INVALID_ATTRIBUTE', `'${value}' is no ${vr}`, { attribute: nameOfTag(tag) });
  }
  const bytes = Buffer.alloc(numbers.length * size);
  numbers.forEach((number, index) => bytes.writeUIntLE(number, index * size, size));
  return bytes;
}

/** An answered identifier by keyword. @throws IsocenterError INVALID_ATTRIBUTE for values that do not decode */
export function answerOf(dataset: DataSet): Answer {
  const entries: [string, Answer[string]][] = [];
  for (const element of dataset.elements.values()) {
    const keyword = nameOfTag(element.tag);
    if (keyword.startsWith('(') || element.tag === CHARACTER_SET) continue;
    entries.push([keyword, answerValue(dataset, element)]);
  }
  return Object.fromEntries(entries);
}

function answerValue(dataset: DataSet, element: DataElement): Answer[string] {
  if (element.items !== undefined) return element.items.map(answerOf);
  if (!STRING_VRS.has(element.vr) && !NUMBER_BYTES.has(element.vr) && element.vr !== 'xs') return '';
  const values = dataset.strings(element.tag);
  return values.length > 1 ? values : (values[0] ?? '');
}

/** The first value of an attribute of an answer as text; '' when it is absent, empty or a sequence. */
export function textIn(answer: Answer, keyword: string): string {
  const value = answer[keyword];
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  const [first] = value;
  return typeof first === 'string' ? first : '';
}

/** All values of an attribute of an answer as text. */
export function textsIn(answer: Answer, keyword: string): readonly string[] {
  const value = answer[keyword];
  if (value === undefined || value === '') return [];
  if (typeof value === 'string') return [value];
  return value.filter((one) => typeof one === 'string');
}
