import { IsocenterError } from '#shared/contract/errors.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { createPlan, createPrescription } from '#shared/dosimetry/plan/planFactory.ts';
import { editDocument } from '#renderer/document/store.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { roiByNumber } from '../contouring/rois.ts';

/** A plan without beams for a target, prescribed to its D95 %. The plan before is closed. */
export const newPlan: Command<[label: string, targetNumber: number, dose: number, fractions: number]> = {
  name: 'newPlan',
  label: 'New plan',
  undo: 'Undo brings back the plan and dose of before.',
  perform: (label, targetNumber, dose, fractions) => {
    const { structures, primary } = openedDocument();
    const target = roiByNumber(targetNumber);
    if (target.contours.length === 0)
      throw new IsocenterError('NOT_FOUND', 'has no contours: draw it first', { object: target.name });
    const plan = createPlan({
      sopInstanceUid: newUid(),
      label,
      structures,
      patientPosition: primary.patientPosition,
      prescription: createPrescription(target, dose, fractions),
    });
    editDocument(`New plan ${label}`, () => ({ plan, dose: undefined, doseBasis: undefined, beamDoses: [] }));
  },
};
