import { newUid } from '#shared/dicom/uid.ts';
import type { Plan } from '#shared/model/plan.ts';
import { courseOf } from '#renderer/document/courses.ts';
import { withNewPlan } from '#renderer/document/plans.ts';
import type { ClinicalDocument, PlanRecord } from '#renderer/document/records.ts';
import { editDocument, nextPlanIndex } from '#renderer/document/store.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { freeLabel, openedRecord } from './records.ts';

/**
 * An unapproved copy of an open plan, which becomes the active one. A dose that we computed goes with it, as the copy is the same
 * treatment; one of unknown origin stays with the plan it came with.
 */
export const copyPlan: Command<[index: number]> = {
  name: 'copyPlan',
  label: 'Copy plan',
  undo: 'Undo takes the copy away and makes the plan of before active.',
  perform: (index) => {
    const { plan } = openedRecord(index);
    const copyIndex = nextPlanIndex();
    const label = freeLabel(openedDocument(), plan.label);
    editDocument(`Copy plan ${plan.label}`, (document) => {
      const source = openedRecord(index, document);
      const copy = { ...copyOf(source.plan, label), course: courseOf(document, source) };
      return { ...withNewPlan(document, copyIndex, copy), ...doseOf(source, copy) };
    });
  },
};

/** Approval, predecessors and what was said while reading belong to the instance. */
function copyOf({ predecessorUids: _gone, checkOverrides: _reasons, ...plan }: Plan, label: string): Plan {
  return { ...plan, sopInstanceUid: newUid(), label, approval: 'UNAPPROVED' };
}

function doseOf(
  { plan, dose, beamDoses, doseBasis, doseStale }: PlanRecord,
  copy: Plan,
): Partial<Pick<ClinicalDocument, 'dose' | 'beamDoses' | 'doseBasis' | 'doseStale'>> {
  if (dose?.provenance === undefined) return {};
  // Of an edited plan the basis stays the plan of before the edit: the copy's dose is as stale.
  const basis = doseBasis?.plan === plan ? { ...doseBasis, plan: copy } : doseBasis;
  return { dose, beamDoses, doseBasis: basis, doseStale };
}
