import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { entryOfKeyword, entryOfTag } from '#shared/dicom/codec/dictionary.ts';
import { type DataSetInput, encodeDataSet } from '#shared/dicom/codec/encode.ts';
import { parseDataSet } from '#shared/dicom/codec/parse.ts';
import { NUMBER_BYTES, STRING_VRS } from '#shared/dicom/codec/vr.ts';

/** Attributes of a task as they are kept: an explicit little endian data set in UTF-8, in base64. */
export type StoredAttributes = string;

const CHARACTER_SET = 0x00080005;

export const storeAttributes = (attributes: DataSetInput): StoredAttributes =>
  Buffer.from(encodeDataSet(attributes, true)).toString('base64');

/** @param object what it is, for errors */
export const readAttributes = (stored: StoredAttributes, object: string): DataSet =>
  parseDataSet(Uint8Array.from(Buffer.from(stored, 'base64')), 0, { explicit: true, littleEndian: true }, object)
    .dataset;

/**
 * The attributes of a parsed data set for writing anew: text decoded from whatever character set it came in, every item of
 * every sequence, private attributes too.
 * @throws IsocenterError INVALID_ATTRIBUTE for a value that does not decode
 */
export function inputOf(dataset: DataSet): DataSetInput {
  const entries: [string, DataSetInput[string]][] = [];
  for (const element of dataset.elements.values()) {
    if (element.tag === CHARACTER_SET || (element.tag & 0xffff) === 0) continue;
    const vr = element.vr === 'xs' ? 'US' : element.vr;
    entries.push([keyOf(element.tag, vr), valueOf(dataset, element.tag, vr, element.items)]);
  }
  return Object.fromEntries(entries);
}

function valueOf(
  dataset: DataSet,
  tag: number,
  vr: string,
  items: readonly DataSet[] | undefined,
): DataSetInput[string] {
  if (items !== undefined || vr === 'SQ') return (items ?? []).map(inputOf);
  if (vr === 'DS' || vr === 'IS' || NUMBER_BYTES.has(vr)) return dataset.has(tag) ? dataset.numbers(tag) : [];
  if (STRING_VRS.has(vr)) return dataset.strings(tag);
  return dataset.bytes(tag).slice();
}

/** How `DataSetInput` calls an attribute: by keyword where that says the same, else by tag and VR. */
function keyOf(tag: number, vr: string): string {
  const entry = entryOfTag(tag);
  if (entry !== undefined && entry.vr === vr && entryOfKeyword(entry.keyword).tag === tag) return entry.keyword;
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return `${hex.slice(0, 4)},${hex.slice(4)}:${vr}`;
}

/** The tag that a key of `DataSetInput` stands for. */
export const tagOfKey = (key: string): number => {
  const own = /^([0-9A-F]{4}),([0-9A-F]{4}):/.exec(key);
  return own === null ? entryOfKeyword(key).tag : Number.parseInt(own[1] + own[2], 16);
};

/** `changes` over `attributes`, attribute by attribute: sequences are replaced whole (PS3.7 10.1.3). */
export function merged(attributes: DataSetInput, changes: DataSetInput): DataSetInput {
  const changed = new Set(Object.keys(changes).map(tagOfKey));
  const kept = Object.entries(attributes).filter(([key]) => !changed.has(tagOfKey(key)));
  return { ...Object.fromEntries(kept), ...changes };
}
