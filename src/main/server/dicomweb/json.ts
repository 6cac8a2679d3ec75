import { QUERY_ATTRIBUTES } from '#main/archive/attributes.ts';
import type { QueryRow } from '#main/archive/types.ts';

/** One attribute of the DICOM JSON model, PS3.18 F.2. */
export interface JsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

export type JsonDataSet = Record<string, JsonAttribute>;

/** PS3.18 F.2.2: the groups of a person name, `=`-separated in DICOM. */
export function jsonPersonName(name: string): { Alphabetic?: string; Ideographic?: string; Phonetic?: string } {
  const [alphabetic = '', ideographic = '', phonetic = ''] = name.split('=');
  return {
    ...(alphabetic === '' ? {} : { Alphabetic: alphabetic }),
    ...(ideographic === '' ? {} : { Ideographic: ideographic }),
    ...(phonetic === '' ? {} : { Phonetic: phonetic }),
  };
}

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
