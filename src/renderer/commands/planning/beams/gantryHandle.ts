import type { HeldHandle, PlaneHandle } from '#renderer/viewports/plane/planeHandles.ts';
import { gantryKnob } from '#renderer/viewports/painters/beams/gantryKnob.ts';
import type { PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { gantryTowards } from '#shared/geometry/gantryTowards.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { dragAngle } from '../liveBeam.ts';

/** Pixels from the knob's middle at which it is still held. */
const GRIP = 11;

const isNear = (view: PlaneView, x: number, y: number): boolean => {
  const knob = gantryKnob(view);
  return knob !== undefined && Math.hypot(x - knob.at[0], y - knob.at[1]) <= GRIP;
};

/** Whole degrees under the hand, tenths with Shift; 360° is 0°. */
export const steppedAngle = (degrees: number, fine: boolean): number =>
  (fine ? Math.round(10 * degrees) / 10 : Math.round(degrees)) % 360;

/** The gantry turned by its knob on a plane: the beam's axis follows the pointer, and the dose the beam. One undoable step. */
export const gantryHandle: PlaneHandle = {
  isAt: isNear,
  grab: (view, x, y): HeldHandle | undefined => {
    const knob = gantryKnob(view);
    const iecFromLps = iecFromPatient(knob?.plan.patientPosition ?? '');
    if (knob === undefined || iecFromLps === undefined || !isNear(view, x, y)) return undefined;
    const { isocenter, couch } = knob.beam.controlPoints[0];
    const { change, end, cancel } = dragAngle(knob.beam.number, 'gantry');
    return {
      move: (now, toX, toY, fine) => {
        const angle = gantryTowards(now.toPatient(toX, toY), isocenter, couch, iecFromLps);
        if (angle !== undefined) change(steppedAngle(angle, fine));
      },
      end,
      cancel,
    };
  },
};
