import { targetCenter } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { DEFAULT_MACHINE } from '#shared/dosimetry/machine/machines.ts';
import { freeName, nameOfBeam } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { editPlan, makeBeam, nextBeamNumber, openedPlan, targetOf } from './plans.ts';

export interface BeamTemplate {
  readonly label: string;
  /** Gantry angles, IEC 61217 degrees. */
  readonly gantries: readonly number[];
}

/** Common arrangements of coplanar beams. */
export const BEAM_TEMPLATES: readonly BeamTemplate[] = [
  { label: 'One beam, anterior', gantries: [0] },
  { label: 'Opposed AP–PA', gantries: [0, 180] },
  { label: 'Opposed lateral', gantries: [90, 270] },
  { label: 'Three fields', gantries: [0, 120, 240] },
  { label: 'Four-field box', gantries: [0, 90, 180, 270] },
  { label: 'Five fields', gantries: [0, 72, 144, 216, 288] },
];

/**
 * Beams at the given gantry angles with the isocenter of the beams there are, else in the target's centre, apertures fitted to the
 * target.
 */
export const addBeams: Command<[gantries: readonly number[]]> = {
  name: 'addBeams',
  label: 'Add beams',
  undo: 'Undo takes the beams away.',
  perform: (gantries) => {
    const first = nextBeamNumber(openedPlan());
    editPlan(gantries.length === 1 ? 'Add beam' : `Add ${gantries.length} beams`, (plan, { structures }) => {
      const like = plan.beams.at(-1);
      const isocenter = like?.controlPoints[0].isocenter ?? targetCenter(targetOf(plan, structures));
      const added = gantries.map((gantry, index) =>
        makeBeam(plan, structures, {
          number: first + index,
          name: freeName(nameOfBeam({ controlPoints: [{ gantry, couch: 0 }], deliveryType: 'TREATMENT' }), plan.beams),
          machine: like?.machine ?? DEFAULT_MACHINE,
          angles: { gantry, collimator: 0, couch: 0 },
          isocenter,
          note: { weight: 1 },
        }),
      );
      return { ...plan, beams: [...plan.beams, ...added] };
    });
    if (openedDocument().plan?.beams.some((beam) => beam.number === first)) selectBeam(first);
  },
};
