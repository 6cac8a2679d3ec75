import type { DataElement, DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { inputOf } from './attributes.ts';

/** Of an identifier, what is no key: character set, and the time zone of the keys. */
const NO_KEYS: ReadonlySet<number> = new Set([0x00080005, 0x00080201]);
const RANGES: ReadonlySet<string> = new Set(['DA', 'DT', 'TM']);
const WILDCARDS: ReadonlySet<string> = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT']);

/**
 * Whether a task's attributes match a C-FIND identifier (PS3.4 C.2.2.2): single value, list of UIDs, universal, wildcard,
 * range and sequence matching. An attribute that the task lacks matches only an empty key.
 */
export function matches(keys: DataSet, attributes: DataSet): boolean {
  return [...keys.elements.values()].every((key) => NO_KEYS.has(key.tag) || matchesKey(keys, key, attributes));
}

function matchesKey(keys: DataSet, key: DataElement, attributes: DataSet): boolean {
  if (key.items !== undefined || key.vr === 'SQ') {
    const [wanted] = key.items ?? [];
    if (wanted === undefined || !hasKeys(wanted)) return true;
    return attributes.sequence(key.tag).some((item) => matches(wanted, item));
  }
  const wanted = keys.strings(key.tag).filter((value) => value !== '');
  if (wanted.length === 0) return true;
  const values = attributes.strings(key.tag);
  return wanted.some((one) => values.some((value) => matchesValue(key.vr, one, value)));
}

/** Whether an item asks for anything but all there is. */
const hasKeys = (item: DataSet): boolean =>
  [...item.elements.values()].some((key) =>
    key.items === undefined ? item.strings(key.tag).some((value) => value !== '') : key.items.some(hasKeys),
  );

function matchesValue(vr: string, wanted: string, value: string): boolean {
  if (RANGES.has(vr)) return inRange(vr, wanted, value);
  // Names match whatever their case and however many components they spell out (PS3.4 C.2.2.2.1.1 leaves that to us).
  const [pattern, text] = vr === 'PN' ? [nameOf(wanted), nameOf(value)] : [wanted, value];
  return WILDCARDS.has(vr) && /[*?]/.test(pattern) ? matchesWildcards(pattern, text) : pattern === text;
}

/** `*` is any run of characters, `?` any one. Time grows with the product of both lengths at most, whatever the pattern. */
function matchesWildcards(pattern: string, text: string): boolean {
  let [at, back, resume] = [0, -1, 0];
  let index = 0;
  while (index < text.length) {
    if (pattern[at] === '*') [back, resume, at] = [at, index, at + 1];
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[index]))
      [at, index] = [at + 1, index + 1];
    else if (back >= 0) [resume, index, at] = [resume + 1, resume + 1, back + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

const nameOf = (name: string): string => name.toLowerCase().replace(/[\^= ]+$/, '');

/** PS3.4 C.2.2.2.5: `a-b`, `a-`, `-b` or one value; shorter values mean all that begins with them. */
function inRange(vr: string, wanted: string, value: string): boolean {
  if (value === '') return false;
  // A DT may end in a time zone, whose minus sign is no range; the tasks here are all in local time.
  const text = vr === 'DT' ? wanted.replace(/(\d)[+-](0\d|1[0-4])[0-5]\d(?=-|$)/g, '$1') : wanted;
  const plain = vr === 'DT' ? value.replace(/[+-]\d{4}$/, '') : value;
  const dash = text.indexOf('-');
  const [from, to] = dash < 0 ? [text, text] : [text.slice(0, dash), text.slice(dash + 1)];
  return plain >= from && (to === '' || plain <= to || plain.startsWith(to));
}

/** What a task answers to an identifier: the attributes asked for, empty where it has none (PS3.4 C.4.1.1.3.2). */
export function answerFor(keys: DataSet, attributes: DataSet): DataSetInput {
  const all = inputOf(attributes);
  return Object.fromEntries(Object.keys(inputOf(keys)).map((key) => [key, all[key] ?? []]));
}
