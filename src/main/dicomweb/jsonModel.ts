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
