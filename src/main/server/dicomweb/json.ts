import { QUERY_ATTRIBUTES } from '#main/archive/index/query/attributes.ts';
import type { QueryRow } from '#main/archive/types.ts';
import { type JsonDataSet, jsonPersonName } from '#main/dicomweb/jsonModel.ts';

/** A query result in the DICOM JSON model, tags ascending. */
export function jsonRow(row: QueryRow): JsonDataSet {
  const entries = QUERY_ATTRIBUTES.filter(({ keyword }) => keyword in row).map(({ keyword, tag, vr }) => {
    const value = row[keyword];
    const values: readonly (string | number)[] = typeof value === 'object' ? value : [value];
    return [tag, { vr, Value: values.map((one) => jsonValue(vr, one)) }] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function jsonValue(vr: string, value: string | number): unknown {
  if (vr === 'PN') return jsonPersonName(String(value));
  if (vr === 'IS' && Number.isInteger(Number(value))) return Number(value);
  return value;
}
