import type { ArcSpan } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import { freeName, misleadingName, nameOfBeam } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import { withAccessoriesOf } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import type { Command } from '../../command.ts';
import { beamByNumber, editPlan, makeBeam, openedPlan } from '../plans.ts';
import { assertMovable } from './keptBeams.ts';

/**
 * Makes a beam a conformal arc, or another arc of one; without a span a beam from one side again. Apertures follow the target at every control
 * point. A name of our own making follows.
 */
export const makeArc: Command<[beamNumber: number, span: ArcSpan | undefined]> = {
  name: 'makeArc',
  label: 'Make conformal arc',
  undo: 'Undo gives back the beam of before.',
  perform: (beamNumber, span) => {
    const { name } = beamByNumber(openedPlan(), beamNumber);
    editPlan(span === undefined ? `${name} from one side` : `Arc ${name}`, (plan, { structures }) => ({
      ...plan,
      beams: plan.beams.map((beam) => {
        if (beam.number !== beamNumber) return beam;
        assertMovable(beam);
        const { gantry, collimator, couch, isocenter } = beam.controlPoints[0];
        const { number, machine } = beam;
        const angles = { gantry: span?.start ?? gantry, collimator, couch };
        const made = withAccessoriesOf(
          makeBeam(plan, structures, { number, name, machine, angles, isocenter, note: beamNote(beam), arc: span }),
          beam,
        );
        if (misleadingName(made) === undefined) return made;
        return {
          ...made,
          name: freeName(
            nameOfBeam(made),
            plan.beams.filter((other) => other !== beam),
          ),
        };
      }),
    }));
  },
};
