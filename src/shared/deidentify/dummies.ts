import type { DataSet } from '../dicom/codec/dataset.ts';
import { entryOfKeyword } from '../dicom/codec/dictionary.ts';

/** A value that names nobody, valid for each VR (PS3.5 table 6.2-1). */
const DUMMIES: Readonly<Record<string, string>> = {
  DA: '20000101', TM: '000000', DT: '20000101000000', AS: '000Y', PN: 'Anonymized', CS: 'ANONYMIZED', DS: '0', IS: '0', UI: '2.25.0',
}; // biome-ignore format: a table

export const dummyOf = (vr: string): string => DUMMIES[vr] ?? 'ANONYMIZED';

/** Labels that have to tell one thing from another even when their words are gone. */
const LABELS: Readonly<Record<string, readonly [prefix: string, number: string]>> = {
  ROIName: ['ROI', 'ROINumber'],
  BeamName: ['Beam', 'BeamNumber'],
  SegmentLabel: ['Segment', 'SegmentNumber'],
  StructureSetLabel: ['STRUCTURES', ''],
  RTPlanLabel: ['PLAN', ''],
  RTImageLabel: ['IMAGE', ''],
};
const BY_TAG = new Map(Object.entries(LABELS).map(([keyword, rule]) => [entryOfKeyword(keyword).tag, rule]));

/** The neutral label of an attribute within its item; undefined for attributes that are no label. */
export function labelOf(dataset: DataSet, tag: number): string | undefined {
  const rule = BY_TAG.get(tag);
  if (rule === undefined) return undefined;
  const [prefix, number] = rule;
  return number === '' ? prefix : `${prefix} ${dataset.number(number) ?? ''}`.trim();
}
