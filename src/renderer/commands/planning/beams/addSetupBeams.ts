import { freeName } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import { beamInPosition } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';
import { isocentersOf } from '#shared/dosimetry/plan/arrange/isocenters.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam, openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { editDocument } from '#renderer/document/store.ts';
import type { Command } from '../../command.ts';
import { openedPlan } from '../plans.ts';

/** Side of the set-up fields at the isocenter, mm. */
const FIELD = 200;

/** From the front, and from the patient's left. */
const VIEWS = [
  { name: 'SU_AP', gantry: 0 },
  { name: 'SU_LAT', gantry: 90 },
] as const;

/**
 * A pair of set-up fields, AP and lateral, for images before treatment, at every isocenter that has none. They carry no monitor units and
 * leave the dose as it is. The plan's machine stands for its imager: its energy is not that of the images.
 */
export const addSetupBeams: Command = {
  name: 'addSetupBeams',
  label: 'Add set-up fields',
  undo: 'Undo takes the set-up fields away.',
  perform: () => {
    editDocument('Add set-up fields', (document) => {
      const plan = openedPlan(document);
      if (plan.ion === true || plan.beams.length === 0)
        throw new IsocenterError('USAGE', 'set-up fields need a photon plan with beams', { object: plan.label });
      const iecFromLps = iecFromPatient(plan.patientPosition);
      const beams: Beam[] = [...plan.beams];
      for (const { isocenter, beams: treated } of isocentersOf(plan)) {
        if (iecFromLps === undefined || treated.some(({ deliveryType }) => deliveryType === 'SETUP')) continue;
        const machine = machineByName(treated[0].machine);
        for (const view of VIEWS) {
          const { gantry } = beamInPosition({ ...view, collimator: 0, couch: 0, weight: 0 }, plan.patientPosition);
          const number = Math.max(...beams.map((beam) => beam.number)) + 1;
          const angles = { gantry, collimator: 0, couch: 0 };
          const { beam } = createBeam({
            number,
            name: freeName(view.name, beams),
            machine,
            angles,
            isocenter,
            iecFromLps,
          });
          const { positions } = openAperture(machine, FIELD, FIELD);
          beams.push({
            ...beam,
            deliveryType: 'SETUP',
            description: 'Set-up field for an image before treatment',
            controlPoints: beam.controlPoints.map(({ doseRate: _none, ...point }) => ({ ...point, positions })),
          });
        }
      }
      if (beams.length === plan.beams.length)
        throw new IsocenterError('USAGE', 'every isocenter has set-up fields', { object: plan.label });
      return { plan: { ...plan, beams, approval: 'UNAPPROVED' } };
    });
  },
};
