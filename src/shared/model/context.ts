import type { PatientIdentity, StudyIdentity } from './patient.ts';

/** What every object we write shares with its siblings. */
export interface ObjectContext {
  readonly patient: PatientIdentity;
  readonly study: StudyIdentity;
  /** Moment of writing: ISO 8601 local time, given by the caller so that output is reproducible. */
  readonly now: string;
  /** Who made it: operator as PN, software version as shown in the About box. */
  readonly operator: string;
  readonly softwareVersion: string;
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number;
  readonly seriesDescription: string;
  readonly sopInstanceUid: string;
}
