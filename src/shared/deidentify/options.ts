/** What an export keeps beyond the Basic Application Level Confidentiality Profile (PS3.15 E.3), and who the patient becomes. */
export interface DeidentifyOptions {
  /** Dates and times: removed, moved back by days that only the secret tells (times of day stay), or kept. */
  readonly dates: 'remove' | 'shift' | 'keep';
  /** Sex, age, size, weight and the like. */
  readonly patientCharacteristics: boolean;
  readonly device: boolean;
  readonly institution: boolean;
  readonly uids: boolean;
  /** Private attributes known to hold no identity (PS3.15 table E.3.10-1). */
  readonly safePrivate: boolean;
  /** Names of ROIs, labels of structure sets, plans, beams, segments: kept where they hold no trace of identity. */
  readonly labels: boolean;
  /** Descriptions and comments, kept in the same way. */
  readonly descriptions: boolean;
  /** Content of structured reports, by the rules for each attribute, instead of dummies throughout. */
  readonly structuredContent: boolean;
  /** Instead of a pseudonym; plain ASCII. */
  readonly patientId?: string;
  readonly patientName?: string;
  /** Export images although people may have written on them. */
  readonly allowBurnedIn: boolean;
}

export const NOTHING_KEPT: DeidentifyOptions = {
  dates: 'remove',
  patientCharacteristics: false,
  device: false,
  institution: false,
  uids: false,
  safePrivate: false,
  labels: false,
  descriptions: false,
  structuredContent: false,
  allowBurnedIn: false,
};

/** De-identification Method codes (PS3.16 CID 7050): profile first, then each option taken. */
export function methodCodes(options: DeidentifyOptions): readonly (readonly [code: string, meaning: string])[] {
  const all: readonly (readonly [boolean, string, string])[] = [
    [true, '113100', 'Basic Application Confidentiality Profile'],
    [options.structuredContent, '113104', 'Clean Structured Content Option'],
    [options.labels || options.descriptions, '113105', 'Clean Descriptors Option'],
    [options.dates === 'keep', '113106', 'Retain Longitudinal Temporal Information Full Dates Option'],
    [options.dates === 'shift', '113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
    [options.patientCharacteristics, '113108', 'Retain Patient Characteristics Option'],
    [options.device, '113109', 'Retain Device Identity Option'],
    [options.uids, '113110', 'Retain UIDs Option'],
    [options.safePrivate, '113111', 'Retain Safe Private Option'],
    [options.institution, '113112', 'Retain Institution Identity Option'],
  ];
  return all.filter(([taken]) => taken).map(([, code, meaning]) => [code, meaning]);
}
