import { createHash } from 'node:crypto';

/** Upper case, without padding, and with one space for several. */
const foldText = (text: string): string => text.trim().replace(/\s+/g, ' ').toUpperCase();

/**
 * One group of a Person Name folded for comparison (PS3.5 6.2.1.2): upper case, without padding and empty trailing components, so
 * that `Doe^John^^` and `DOE^JOHN` are one name while `DOE^JOHN^A` is another.
 */
export const foldGroup = (group: string): string =>
  group.normalize('NFC').split('^').map(foldText).join('^').replace(/\^+$/, '');

/** The alphabetic group, folded: what patients are told apart by. */
export const foldName = (name: string): string => foldGroup(name.split('=')[0]);

/** The three groups of a Person Name, folded: alphabetic, ideographic, phonetic. */
export function foldedGroups(name: string): readonly [string, string, string] {
  const [alphabetic = '', ideographic = '', phonetic = ''] = name.split('=').map(foldGroup);
  return [alphabetic, ideographic, phonetic];
}

/** The words of a name or of what is searched in names: upper case, without accents. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC')
    .toUpperCase()
    .split(/[\s^=,]+/)
    .filter((word) => word !== '');

/** Far beyond any value DICOM allows for what is indexed, and within what PostgreSQL takes into an index. */
const LONGEST = 300;

/**
 * Text as the index keeps it: with U+FFFD for NUL, which PostgreSQL does not take, and with a digest in the place of what is beyond any
 * length that DICOM allows, so that values which differ there still differ.
 */
export function indexed(text: string): string {
  const clean = text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
  if (clean.length <= LONGEST) return clean;
  return `${clean.slice(0, LONGEST - 70)}… ${createHash('sha256').update(clean).digest('hex')}`;
}

/** One above the largest IS (PS3.5 table 6.2-1). */
const NO_INTEGER = 2 ** 31;

/** Whether the text is an integer string of DICOM. */
export const isInteger = (text: string): boolean => /^[+-]?\d{1,12}$/.test(text) && Math.abs(Number(text)) < NO_INTEGER;

/** DICOM's integer strings as numbers to sort by: none sorts first, what is no integer last. */
export const ordinalOf = (text: string): number => (text === '' ? 0 : isInteger(text) ? Number(text) : NO_INTEGER);
