import { IsocenterError } from '#shared/contract/errors.ts';
import { freeName, nameOfBeam } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import { transformVector } from '#shared/geometry/affine.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Plan } from '#shared/model/plan.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../../command.ts';
import { copied, mirroredBeam, turned } from '../copyBeam.ts';
import { beamByNumber, editPlan, moveBeam, nextBeamNumber, openedPlan } from '../plans.ts';
import { assertStatic } from './keptBeams.ts';

/**
 * The beam across the patient's sagittal plane through its isocenter. Lying on the back or the front that is gantry and couch the other way
 * round (360° − angle); lying on a side the plane is level: gantry 180° − g, couch as it is. The collimator is mirrored in both.
 */
export const mirrorBeam: Command<[beamNumber: number]> = {
  name: 'mirrorBeam',
  label: 'Mirror beam left to right',
  undo: 'Undo takes the mirrored beam away.',
  perform: (beamNumber) => {
    const source = beamByNumber(openedPlan(), beamNumber);
    const number = nextBeamNumber(openedPlan());
    editPlan(`Mirror ${source.name}`, (plan, { structures }) => {
      assertStatic(source);
      const { gantry, collimator, couch } = source.controlPoints[0];
      const angles = isLevel(plan)
        ? { gantry: turned(180 - gantry), collimator: turned(-collimator), couch }
        : { gantry: turned(-gantry), collimator: turned(-collimator), couch: turned(-couch) };
      return { ...plan, beams: [...plan.beams, mirroredBeam(copied(source, plan), angles, plan, structures)] };
    });
    selectBeam(number);
  },
};

/** Whether the patient lies on a side, left or right up. */
function isLevel({ patientPosition, label }: Plan): boolean {
  const matrix = iecFromPatient(patientPosition);
  if (matrix === undefined)
    throw new IsocenterError('GEOMETRY', `patient position "${patientPosition}" is not supported`, {
      object: label,
      attribute: 'PatientPosition',
    });
  return Math.abs(transformVector(matrix, [1, 0, 0])[2]) > 0.5;
}

/** Copies of a beam evenly round the patient: `count` beams in all, counted with the one there is. */
export const rotateCopies: Command<[beamNumber: number, count: number]> = {
  name: 'rotateCopies',
  label: 'Rotate copies of a beam',
  undo: 'Undo takes the copies away.',
  perform: (beamNumber, count) => {
    const source = beamByNumber(openedPlan(), beamNumber);
    if (!Number.isInteger(count) || count < 2 || count > 36)
      throw new IsocenterError('USAGE', 'from 2 to 36 beams round the patient', { object: source.name });
    const first = nextBeamNumber(openedPlan());
    editPlan(`${count} beams round from ${source.name}`, (plan, { structures }) => {
      let next = plan;
      for (let n = 1; n < count; n++) {
        const gantry = turned(source.controlPoints[0].gantry + (360 * n) / count);
        const made = moveBeam(copied(source, next), { gantry }, plan, structures);
        next = { ...next, beams: [...next.beams, { ...made, name: freeName(nameOfBeam(made), next.beams) }] };
      }
      return next;
    });
    selectBeam(first);
  },
};
