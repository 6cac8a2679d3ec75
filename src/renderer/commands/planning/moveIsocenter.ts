import { targetCenter } from '#shared/dosimetry/plan/planFactory.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { editPlan, moveBeam, openedPlan, targetOf } from './plans.ts';

/** Moves the isocenter of all beams, or of some by number (LPS mm, kept to 0.1 mm); fitted apertures follow. */
export const moveIsocenter: Command<[isocenter: Vec3, beamNumbers?: readonly number[]]> = {
  name: 'moveIsocenter',
  label: 'Move isocenter',
  undo: 'Undo puts the isocenter back.',
  perform: (isocenter, beamNumbers) => {
    const [x, y, z] = isocenter.map((value) => Math.round(value * 10) / 10);
    editPlan('Move isocenter', (plan, { structures }) => ({
      ...plan,
      beams: plan.beams.map((beam) =>
        beamNumbers?.includes(beam.number) === false
          ? beam
          : moveBeam(beam, { isocenter: [x, y, z] }, plan, structures),
      ),
    }));
  },
};

/** Centre of mass of the plan's target, LPS mm. */
export const isocenterInTarget = (): Vec3 => targetCenter(targetOf(openedPlan(), openedDocument().structures));
