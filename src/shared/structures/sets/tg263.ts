import type { RoiType } from '../../model/structures.ts';
import { TG263_ENTRIES } from './tg263Names.ts';

/** Names offered while a structure is named, with their sides. */
export const TG263_NAMES: readonly string[] = TG263_ENTRIES.flatMap(([name, lateral]) =>
  lateral ? [`${name}_L`, `${name}_R`] : [name],
);

const SIDES: ReadonlyMap<string, 'L' | 'R'> = new Map([
  ['l', 'L'], ['lt', 'L'], ['li', 'L'], ['left', 'L'], ['links', 'L'], ['sin', 'L'], ['sinistra', 'L'],
  ['r', 'R'], ['rt', 'R'], ['re', 'R'], ['right', 'R'], ['rechts', 'R'], ['dex', 'R'], ['dextra', 'R'],
]); // biome-ignore format: a table

function wordsOf(text: string): { words: string; side: 'L' | 'R' | undefined } {
  const parts = text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
  const sides = parts.flatMap((part) => SIDES.get(part) ?? []);
  // Left and right at once say nothing.
  const side = sides.length === 1 ? sides[0] : undefined;
  const words = side === undefined ? parts : parts.filter((part) => !SIDES.has(part));
  return { words: words.sort().join(' '), side };
}

/** What a name is called by in words, regardless of order, case and punctuation. */
const BY_WORDS: ReadonlyMap<string, readonly [name: string, lateral: boolean]> = new Map(
  TG263_ENTRIES.flatMap(([name, lateral, synonyms = '']) =>
    [name, ...(synonyms === '' ? [] : synonyms.split('|'))].map(
      (text) => [wordsOf(text).words, [name, lateral]] as const,
    ),
  ),
);

/**
 * The TG-263 name that another name means: `Lt Parotid` → `Parotid_L`, `Myelon` → `SpinalCord`; undefined for one that is not known, that
 * lacks the side it needs, or that is a TG-263 name already.
 */
export function tg263NameFor(name: string): string | undefined {
  if (TG263_NAMES.includes(name)) return undefined;
  const { words, side } = wordsOf(name);
  const [primary, lateral] = BY_WORDS.get(words) ?? [];
  if (primary === undefined || lateral !== (side !== undefined)) return undefined;
  const meant = side === undefined ? primary : `${primary}_${side}`;
  return meant === name ? undefined : meant;
}

/** The type a TG-263 name stands for. */
export function typeForName(name: string): RoiType {
  if (/^(body|external|skin)/i.test(name)) return 'EXTERNAL';
  if (/^(i?gtv)/i.test(name)) return 'GTV';
  if (/^(ctv|itv)/i.test(name)) return 'CTV';
  if (/^z?ptv/i.test(name)) return 'PTV';
  if (/^couch/i.test(name)) return 'SUPPORT';
  if (/^bolus/i.test(name)) return 'BOLUS';
  return 'ORGAN';
}

/** Types offered in lists: the ones of external-beam planning. */
export const COMMON_TYPES: readonly RoiType[] = [
  'EXTERNAL', 'GTV', 'CTV', 'PTV', 'ORGAN', 'AVOIDANCE', 'CONTROL', 'BOLUS', 'SUPPORT', 'MARKER', 'ISOCENTER', 'CAVITY', 'FIXATION', 'DOSE_REGION',
]; // biome-ignore format: a list
