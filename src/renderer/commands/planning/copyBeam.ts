import { mirroredAccessories } from '#shared/dosimetry/plan/fitAccessories.ts';
import { selectBeam } from '#renderer/viewports/painters/beamView.ts';
import type { Command } from '../command.ts';
import { beamName } from './addBeams.ts';
import { beamByNumber, editPlan, moveBeam, nextBeamNumber, openedPlan } from './plans.ts';

/** A copy of a beam, or the beam from the opposite side (gantry + 180°, collimator mirrored: 360° − c). */
export const copyBeam: Command<[beamNumber: number, opposed: boolean]> = {
  name: 'copyBeam',
  label: 'Copy beam',
  undo: 'Undo takes the copy away.',
  perform: (beamNumber, opposed) => {
    const number = nextBeamNumber(openedPlan());
    const source = beamByNumber(openedPlan(), beamNumber);
    editPlan(opposed ? `Oppose ${source.name}` : `Copy ${source.name}`, (plan, { structures }) => {
      const { gantry, collimator } = source.controlPoints[0];
      const angles = opposed
        ? { gantry: (gantry + 180) % 360, collimator: (360 - collimator) % 360 }
        : { gantry, collimator };
      const { meterset: _meterset, beamDose: _beamDose, ...rest } = source;
      const copy = { ...rest, number, name: beamName(plan, angles.gantry) };
      const placed = opposed ? { ...moveBeam(copy, angles, plan, structures), ...mirroredAccessories(source) } : copy;
      return { ...plan, beams: [...plan.beams, placed] };
    });
    selectBeam(number);
  },
};
