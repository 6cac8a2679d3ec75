import { IsocenterError } from '#shared/contract/errors.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { createPlan, createPrescription } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import type { Plan } from '#shared/model/plan.ts';
import { currentCourse } from '#renderer/document/courses.ts';
import { withNewPlan } from '#renderer/document/plans.ts';
import { editDocument, nextPlanIndex } from '#renderer/document/store.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { roiByNumber } from '../../contouring/rois.ts';

/** A plan without beams for a target, prescribed to its D95 %. The plan before stays open beside it. */
export const newPlan: Command<[label: string, targetNumber: number, dose: number, fractions: number]> = {
  name: 'newPlan',
  label: 'New plan',
  undo: 'Undo takes the plan away and makes the one before active.',
  perform: (label, targetNumber, dose, fractions) => {
    const { structures, primary } = openedDocument();
    const target = roiByNumber(targetNumber);
    if (target.contours.length === 0)
      throw new IsocenterError('NOT_FOUND', 'has no contours: draw it first', { object: target.name });
    const plan: Plan = {
      ...createPlan({
        sopInstanceUid: newUid(),
        label,
        structures,
        patientPosition: primary.patientPosition,
        prescription: createPrescription(target, dose, fractions),
      }),
      course: currentCourse(openedDocument()),
    };
    const index = nextPlanIndex();
    editDocument(`New plan ${label}`, (document) => withNewPlan(document, index, plan));
  },
};
