import type { ClinicalDocument } from '#renderer/document/records.ts';
import { basisChange, sameContours } from '#renderer/document/stale.ts';
import type { RobustResult } from '#renderer/stores/robustStore.ts';

type Shown = Pick<
  ClinicalDocument,
  'patientKey' | 'planIndex' | 'plan' | 'dose' | 'doseBasis' | 'doseStale' | 'primary' | 'structures'
>;

/** Why a robust evaluation does not belong to the active plan as it stands; undefined when it does. */
export function robustStale(document: Shown, result: RobustResult): string | undefined {
  if (document.patientKey !== result.patientKey) return 'it is of another patient';
  if (document.planIndex !== result.planIndex) return `it is of the plan ${result.basis.plan.label}`;
  const changed = result.rois.find((then) => {
    const now = document.structures.rois.find(({ number }) => number === then.number);
    return now === undefined || !sameContours(now.contours, then.contours);
  });
  if (changed !== undefined) return `${changed.name} was changed`;
  const basis = basisChange(document, result.basis);
  if (basis !== undefined) return basis;
  return document.dose?.data === result.planDose ? undefined : 'the dose of the plan is another';
}
