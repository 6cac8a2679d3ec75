import standard from 'dcmjs/dictionary';
import { IsocenterError } from '../../contract/errors.ts';

/** One attribute of PS3.6: `vr` is two letters, or `xs` (US or SS by Pixel Representation). */
export interface DictionaryEntry {
  readonly tag: number;
  readonly keyword: string;
  readonly vr: string;
  readonly vm: string;
}

/** The dictionary's own spellings of VRs that PS3.6 leaves open. */
const OPEN_VR: Readonly<Record<string, string>> = { ox: 'OW', lt: 'OW', up: 'UL' };

const byTag = new Map<number, DictionaryEntry>();
const byKeyword = new Map<string, DictionaryEntry>();
for (const entry of Object.values(standard)) {
  const hex = entry === undefined ? null : /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/.exec(entry.tag);
  // The library mixes private tags of some vendors and illegal groups into the same table.
  if (entry === undefined || hex === null || entry.version === 'PrivateTag' || entry.vr === 'na') continue;
  const tag = Number.parseInt(hex[1] + hex[2], 16);
  if ((tag >>> 16) % 2 === 1 || byTag.has(tag)) continue;
  const keyword = entry.name.replace(/^RETIRED_/, '');
  const known = { tag, keyword, vr: OPEN_VR[entry.vr] ?? entry.vr, vm: entry.vm };
  byTag.set(tag, known);
  // A keyword means its first (lowest, standard) tag only.
  if (!byKeyword.has(keyword)) byKeyword.set(keyword, known);
}

/** Entry of a tag; undefined for private and unknown tags. Repeating groups 50xx and 60xx are looked up as 5000 and 6000. */
export function entryOfTag(tag: number): DictionaryEntry | undefined {
  const group = tag >>> 16;
  const folded = (group & 0xff00) === 0x5000 || (group & 0xff00) === 0x6000 ? (tag & 0xff00ffff) >>> 0 : tag;
  return byTag.get(folded);
}

/** Entry of a keyword of PS3.6; an unknown keyword is a mistake in our code. */
export function entryOfKeyword(keyword: string): DictionaryEntry {
  const entry = byKeyword.get(keyword);
  if (entry === undefined)
    throw new IsocenterError('INTERNAL', `no DICOM attribute is called ${keyword}`, { attribute: keyword });
  return entry;
}

/** `(gggg,eeee)` in upper-case hexadecimal, as the standard prints tags. */
export function formatTag(tag: number): string {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}

/** Keyword of a tag, or the tag in print when it has none. */
export const nameOfTag = (tag: number): string => entryOfTag(tag)?.keyword ?? formatTag(tag);

/** VR of a tag in an implicit VR data set (PS3.5 annex A.1); UN where nothing is known. */
export function implicitVr(tag: number): string {
  const element = tag & 0xffff;
  if (element === 0) return 'UL';
  if (((tag >>> 16) & 1) === 1 && element >= 0x10 && element <= 0xff) return 'LO';
  return entryOfTag(tag)?.vr ?? 'UN';
}
