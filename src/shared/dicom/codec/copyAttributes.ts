import type { DataSet } from './dataset.ts';
import { entryOfTag, formatTag } from './dictionary.ts';
import type { DataSetInput } from './encode.ts';
import { NUMBER_BYTES, STRING_VRS } from './vr.ts';

/**
 * Standard attributes of a parsed set that have a value, for a new one: by keyword, those the dictionary does not know by tag. Private ones belong to
 * the set as it was and are left out.
 */
export function copyAttributes(set: DataSet, wanted: (tag: number) => boolean = () => true): DataSetInput {
  const input: Record<string, DataSetInput[string]> = {};
  for (const tag of set.elements.keys()) {
    if (((tag >>> 16) & 1) === 1 || (tag & 0xffff) === 0 || !set.has(tag) || !wanted(tag)) continue;
    const vr = set.element(tag)?.vr ?? 'UN';
    const known = entryOfTag(tag);
    input[known?.vr === vr ? known.keyword : `${formatTag(tag).slice(1, -1)}:${vr}`] = valueOf(set, tag, vr);
  }
  return input;
}

function valueOf(set: DataSet, tag: number, vr: string): DataSetInput[string] {
  const items = set.element(tag)?.items;
  if (items !== undefined) return items;
  if (vr === 'DS' || vr === 'IS' || NUMBER_BYTES.has(vr)) return set.numbers(tag);
  if (!STRING_VRS.has(vr)) return set.bytes(tag);
  const texts = set.strings(tag);
  return texts.length === 1 ? texts[0] : texts;
}
