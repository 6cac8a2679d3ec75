import { freeName, nameOfBeam } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import { mirroredAccessories } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import { mirroredPositions } from '#shared/dosimetry/plan/arrange/mirrored.ts';
import type { BeamAngles } from '#shared/geometry/iec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../command.ts';
import { beamByNumber, editPlan, moveBeam, nextBeamNumber, openedPlan } from './plans.ts';

/** Degrees written 0…359.9. */
export const turned = (degrees: number): number => (Math.round((((degrees % 360) + 360) % 360) * 10) / 10) % 360;

/** A copy of `source` under the next number, named after its angles, without monitor units. */
export function copied(source: Beam, plan: Plan): Beam {
  const { meterset: _meterset, beamDose: _dose, ...rest } = source;
  return { ...rest, number: nextBeamNumber(plan), name: freeName(nameOfBeam(source), plan.beams) };
}

/** The beam at other angles with its aperture, wedges and blocks seen in a mirror across the collimator's Y. */
export function mirroredBeam(beam: Beam, angles: Partial<BeamAngles>, plan: Plan, structures: StructureSet): Beam {
  const moved = moveBeam(beam, angles, plan, structures);
  const byHand = beamNote(beam).margin === undefined;
  const shaped = byHand
    ? moved.controlPoints.map((point) => ({ ...point, positions: mirroredPositions(point.positions, beam.devices) }))
    : moved.controlPoints;
  const made = { ...moved, ...mirroredAccessories(beam), controlPoints: shaped };
  const others = plan.beams.filter(({ number }) => number !== beam.number);
  return { ...made, name: freeName(nameOfBeam(made), others) };
}

/** A copy of a beam, or the beam from the opposite side: gantry + 180°, collimator and aperture mirrored (360° − c, X to −X). */
export const copyBeam: Command<[beamNumber: number, opposed: boolean]> = {
  name: 'copyBeam',
  label: 'Copy beam',
  undo: 'Undo takes the copy away.',
  perform: (beamNumber, opposed) => {
    const number = nextBeamNumber(openedPlan());
    const source = beamByNumber(openedPlan(), beamNumber);
    editPlan(opposed ? `Oppose ${source.name}` : `Copy ${source.name}`, (plan, { structures }) => {
      const copy = copied(source, plan);
      const { gantry, collimator } = source.controlPoints[0];
      const angles = { gantry: turned(gantry + 180), collimator: turned(-collimator) };
      return { ...plan, beams: [...plan.beams, opposed ? mirroredBeam(copy, angles, plan, structures) : copy] };
    });
    selectBeam(number);
  },
};
