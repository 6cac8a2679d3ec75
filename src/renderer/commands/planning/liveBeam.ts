import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import type { DraggedNumber } from '#renderer/kit/useDrag.ts';
import type { BeamAngles } from '#shared/geometry/iec.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import { beginLiveEdit } from './liveEdit.ts';
import { beamByNumber, moveBeam, openedPlan, withBeam } from './plans.ts';

const nameOf = (beamNumber: number): string => beamByNumber(openedPlan(), beamNumber).name;

const dragged = (
  verb: string,
  beamNumber: number,
  recipe: (value: number, plan: Plan, document: ClinicalDocument) => Plan,
): DraggedNumber => {
  const { change, end, cancel } = beginLiveEdit(`${verb} ${nameOf(beamNumber)}`);
  // Its field and beam's-eye view are what the hand wants to see.
  selectBeam(beamNumber);
  return { change: (value) => change((plan, document) => recipe(value, plan, document)), end, cancel };
};

/** An angle of a beam under the hand, IEC 61217 degrees; beyond a turn it begins again. */
export const dragAngle = (beamNumber: number, what: keyof BeamAngles): DraggedNumber =>
  dragged('Turn', beamNumber, (value, plan, { structures }) =>
    withBeam(plan, beamNumber, (beam) => moveBeam(beam, { [what]: ((value % 360) + 360) % 360 }, plan, structures)),
  );

/** The weight of a beam under the hand. */
export const dragWeight = (beamNumber: number): DraggedNumber =>
  dragged('Weigh', beamNumber, (weight, plan) =>
    withBeam(plan, beamNumber, (beam) => withNote(beam, { ...beamNote(beam), weight: Math.max(0, weight) })),
  );
