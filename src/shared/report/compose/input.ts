import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { CheckInput } from '../../evaluation/checks/facts.ts';
import { type CheckOutcome, overrideOf } from '../../evaluation/checks/outcome.ts';
import type { DvhTable } from '../../evaluation/dvh.ts';
import type { IsodoseStep } from '../../evaluation/pictures/sliceLines.ts';
import { doseRemarks } from '../../dosimetry/standing/doseStanding.ts';
import type { CheckOverride } from '../../model/checks.ts';
import type { GoalSheet } from '../../model/goals.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { PatientIdentity } from '../../model/patient.ts';
import type { StructureSet } from '../../model/structures.ts';
import type { Report } from '../model.ts';

/** All that a report is made of. Plain data: it crosses to workers. */
export interface ReportInput extends CheckInput {
  readonly paper: Report['paper'];
  readonly patient: PatientIdentity;
  readonly structures: StructureSet;
  readonly ct: ImageVolume;
  readonly machines: readonly Machine[];
  readonly checks: readonly CheckOutcome[];
  readonly overrides?: readonly CheckOverride[];
  /** PN, ISO 8601 local time, software version. */
  readonly made: { readonly by: string; readonly at: string; readonly version: string };
  /** Lines of the pictures; the usual ones by default. */
  readonly isodoses?: readonly IsodoseStep[];
  /** Histograms that are known, by ROI number; the others are computed. */
  readonly dvhs?: readonly { readonly roi: number; readonly table: DvhTable }[];
  /** In place of the plan's own. */
  readonly goals?: GoalSheet;
  /** Numbers of the ROIs to show; all with contours by default. */
  readonly shown?: readonly number[];
}

/** Why a report is not the last word on its plan, as the watermark says it; undefined where nothing speaks against it. */
export function notFinal({ dose, doseStale, checks }: ReportInput): string | undefined {
  if (dose === undefined) return 'NOT FINAL: NO DOSE';
  const [remark] = doseRemarks(dose, doseStale).filter(({ kind }) => kind === 'stale' || kind === 'approximate');
  if (remark !== undefined) return `NOT FINAL: ${remark.title}`;
  return checks.some(({ status }) => status === 'fail') ? 'NOT FINAL: FAILED CHECKS' : undefined;
}

/** Warnings of the checks that nobody gave a reason for. */
export const openWarnings = ({ checks, overrides }: ReportInput): readonly CheckOutcome[] =>
  checks.filter((check) => check.status === 'warning' && overrideOf(check, overrides) === undefined);
