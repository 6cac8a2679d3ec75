import { IsocenterError } from '#shared/contract/errors.ts';
import type { Prescription } from '#shared/model/plan.ts';
import type { Command } from '../../command.ts';
import { editPlan } from '../plans.ts';
import { keepProportions } from './proportions.ts';

const isNormalised = (prescription: Prescription | undefined): boolean =>
  prescription !== undefined && prescription.normalization.kind !== 'None';

/** Dose, fractions, target and normalisation. The beams stay as they are, but for the weights of modulated ones that come to be normalised; fitted apertures follow when a beam is fitted again. */
export const prescribe: Command<[prescription: Prescription]> = {
  name: 'prescribe',
  label: 'Prescribe',
  undo: 'Undo gives back the prescription of before.',
  perform: (prescription) => {
    const refuse = (message: string, attribute: string): IsocenterError =>
      new IsocenterError('INVALID_ATTRIBUTE', message, { object: 'prescription', attribute });
    if (!(prescription.dose > 0)) throw refuse('the dose must be above 0 Gy', 'TargetPrescriptionDose');
    if (!Number.isInteger(prescription.fractions) || prescription.fractions < 1)
      throw refuse('there must be at least one whole fraction', 'NumberOfFractionsPlanned');
    editPlan('Prescribe', (plan, document) => {
      if (JSON.stringify(plan.prescription) === JSON.stringify(prescription)) return plan;
      const next = { ...plan, prescription, fractions: prescription.fractions };
      return isNormalised(prescription) && !isNormalised(plan.prescription) ? keepProportions(next, document) : next;
    });
  },
};
