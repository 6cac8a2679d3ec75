import { readFile } from 'node:fs/promises';
import type { StoredObject } from '#main/archive/types.ts';
import type { DataElement, DataSet } from '#shared/dicom/codec/dataset.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { NUMBER_BYTES, STRING_VRS } from '#shared/dicom/codec/vr.ts';
import { type JsonAttribute, type JsonDataSet, jsonPersonName } from '#main/dicomweb/jsonModel.ts';

const PIXEL_DATA = 0x7fe00010;
const SPECIFIC_CHARACTER_SET = 0x00080005;
/** Binary values up to this size are sent inline, larger ones by the URI of their bulk data. */
const INLINE_LIMIT = 4096;

/**
 * The attributes of a stored object in the DICOM JSON model (PS3.18 annex F), without pixel data; large binary values as a
 * BulkDataURI below `instanceUrl`.
 */
export async function metadataOf(object: StoredObject, instanceUrl: string): Promise<JsonDataSet> {
  const bytes = await readFile(object.file);
  const { dataset } = readPart10(bytes, object.sopInstanceUid, { stopBefore: PIXEL_DATA });
  return jsonDataSet(dataset, `${instanceUrl}/bulkdata`);
}

/** @param place where the values of this data set are found: `…/bulkdata`, then sequence and item */
function jsonDataSet(dataset: DataSet, place: string): JsonDataSet {
  const json: JsonDataSet = {};
  for (const element of dataset.elements.values()) {
    const { tag } = element;
    // Group lengths and file meta information are no attributes of the object.
    if ((tag & 0xffff) === 0 || tag >>> 16 === 2 || tag === PIXEL_DATA) continue;
    const name = tag.toString(16).toUpperCase().padStart(8, '0');
    json[name] =
      tag === SPECIFIC_CHARACTER_SET
        ? { vr: 'CS', Value: ['ISO_IR 192'] }
        : jsonAttribute(dataset, element, `${place}/${name}`);
  }
  return json;
}

function jsonAttribute(dataset: DataSet, element: DataElement, place: string): JsonAttribute {
  const { tag, length, items } = element;
  const vr = element.vr === 'xs' ? (dataset.number('PixelRepresentation') === 1 ? 'SS' : 'US') : element.vr;
  if (items)
    return items.length === 0 ? { vr } : { vr, Value: items.map((item, n) => jsonDataSet(item, `${place}/${n}`)) };
  if (length === 0) return { vr };
  if (vr === 'DS' || vr === 'IS') return { vr, Value: dataset.strings(tag).map(jsonNumber) };
  if (vr === 'PN')
    return { vr, Value: dataset.strings(tag).map((name) => (name === '' ? null : jsonPersonName(name))) };
  if (STRING_VRS.has(vr)) return { vr, Value: dataset.strings(tag).map((value) => (value === '' ? null : value)) };
  if (vr === 'AT') return { vr, Value: tagValues(dataset, element) };
  if (NUMBER_BYTES.has(vr)) return { vr, Value: dataset.numbers(tag).map(finite) };
  return length > INLINE_LIMIT
    ? { vr, BulkDataURI: place }
    : { vr, InlineBinary: Buffer.from(dataset.bytes(tag)).toString('base64') };
}

/** DS and IS as numbers; what is no number stays the text it is (PS3.18 F.2.3 allows both). */
function jsonNumber(text: string): number | string | null {
  if (text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** JSON has no words for NaN and infinity; PS3.18 F.2.3 spells them as strings. */
const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

function tagValues(dataset: DataSet, element: DataElement): string[] {
  const bytes = dataset.bytes(element.tag);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { littleEndian } = dataset.source;
  const values: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const [group, number] = [view.getUint16(at, littleEndian), view.getUint16(at + 2, littleEndian)];
    values.push(`${group.toString(16).padStart(4, '0')}${number.toString(16).padStart(4, '0')}`.toUpperCase());
  }
  return values;
}
