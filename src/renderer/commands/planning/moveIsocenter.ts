import { targetCenter } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { patientVector } from '#shared/dosimetry/plan/arrange/setupShifts.ts';
import { add, type Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { editPlan, moveBeam, openedPlan, targetOf } from './plans.ts';

/** LPS mm as kept. */
const tenths = (point: Vec3): Vec3 => {
  const [x, y, z] = point.map((value) => Math.round(value * 10) / 10);
  return [x, y, z];
};

/** Moves the isocenter of beams by number, or of all (LPS mm, kept to 0.1 mm), to where `to` says; fitted apertures follow. */
function move(name: string, to: (beam: Beam) => Vec3, beamNumbers: readonly number[] | undefined): void {
  editPlan(name, (plan, { structures }) => ({
    ...plan,
    beams: plan.beams.map((beam) =>
      beamNumbers?.includes(beam.number) === false
        ? beam
        : moveBeam(beam, { isocenter: tenths(to(beam)) }, plan, structures),
    ),
  }));
}

/** Moves the isocenter of all beams, or of some by number. */
export const moveIsocenter: Command<[isocenter: Vec3, beamNumbers?: readonly number[]]> = {
  name: 'moveIsocenter',
  label: 'Move isocenter',
  undo: 'Undo puts the isocenter back.',
  perform: (isocenter, beamNumbers) => move('Move isocenter', () => isocenter, beamNumbers),
};

/** Shifts the isocenter of beams within the patient: mm to the right (seen towards the gantry), towards the gantry and up, couch at 0. */
export const shiftIsocenter: Command<[shift: Vec3, beamNumbers: readonly number[]]> = {
  name: 'shiftIsocenter',
  label: 'Shift isocenter',
  undo: 'Undo puts the isocenter back.',
  perform: (shift, beamNumbers) => {
    const by = patientVector(shift, openedPlan().patientPosition);
    move('Shift isocenter', ({ controlPoints }) => add(controlPoints[0].isocenter, by), beamNumbers);
  },
};

/** Centre of mass of the plan's target, LPS mm. */
export const isocenterInTarget = (): Vec3 => targetCenter(targetOf(openedPlan(), openedDocument().structures));
