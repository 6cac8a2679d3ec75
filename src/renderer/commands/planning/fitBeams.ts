import { IsocenterError } from '#shared/contract/errors.ts';
import { fitToOutline } from '#shared/dosimetry/plan/aperture/aperture.ts';
import { withAccessoriesOf } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { normaliseRings, type Ring } from '#shared/structures/contours/rings.ts';
import { type ApertureRules, beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import type { Command } from '../command.ts';
import { assertMovable, fittedArc, keptReason } from './beams/keptBeams.ts';
import { beamByNumber, editBeam, editPlan, makeBeam, openedPlan } from './plans.ts';
import { handMachine, withPositions } from './shapeAperture.ts';

/** Fits the aperture of one beam, or of all treatment beams that stand still or are fitted arcs, to the target by rules; it follows the target and the angles from then on. */
export const fitBeams: Command<[beamNumber: number | 'all', rules: ApertureRules & { readonly margin: number }]> = {
  name: 'fitBeams',
  label: 'Fit apertures',
  undo: 'Undo gives back the old apertures.',
  perform: (which, rules) => {
    if (which !== 'all') {
      editBeam(`Fit ${beamByNumber(openedPlan(), which).name}`, which, (beam, { plan, structures }) =>
        plan === undefined ? beam : fitted(beam, rules, plan, structures),
      );
      return;
    }
    const left: string[] = [];
    editPlan('Fit all beams', (plan, { structures }) => ({
      ...plan,
      beams: plan.beams.map((beam) => {
        if (beam.deliveryType === 'TREATMENT' && keptReason(beam) === undefined)
          return fitted(beam, rules, plan, structures);
        left.push(beam.name);
        return beam;
      }),
    }));
    if (left.length > 0)
      setMessage(
        `Left as they are: ${left.join(', ')} (modulated or moving as planned elsewhere, or no treatment)`,
        'warning',
      );
  },
};

/** The beam with its aperture (an arc's: all of them) fitted anew. @throws IsocenterError UNSUPPORTED_OBJECT for one that moves otherwise. */
export function fitted(beam: Beam, rules: ApertureRules, plan: Plan, structures: StructureSet): Beam {
  assertMovable(beam);
  const arc = fittedArc(beam);
  const { gantry, collimator, couch, isocenter } = beam.controlPoints[0];
  const { number, name, machine } = beam;
  const note = { ...rules, weight: beamNote(beam).weight };
  const angles = { gantry, collimator, couch };
  return withAccessoriesOf(makeBeam(plan, structures, { number, name, machine, angles, isocenter, note, arc }), beam);
}

/** Jaws and leaves to an outline drawn by hand (x, y … mm in collimator axes), which the leaves meet in the middle of their strips. */
export const shapeBeamTo: Command<[beamNumber: number, outline: Ring]> = {
  name: 'shapeBeamTo',
  label: 'Shape aperture',
  undo: 'Undo gives back the old aperture.',
  perform: (beamNumber, outline) =>
    editBeam(`Shape ${beamByNumber(openedPlan(), beamNumber).name}`, beamNumber, (beam) => {
      const rings = normaliseRings([outline]);
      if (rings.length === 0) throw new IsocenterError('GEOMETRY', 'the outline has no area', { object: beam.name });
      const { positions, warnings } = fitToOutline(rings, handMachine(beam), 'middle');
      if (warnings.length > 0) setMessage(`${beam.name}: ${warnings.join(' · ')}`, 'warning');
      return withPositions(beam, positions);
    }),
};
