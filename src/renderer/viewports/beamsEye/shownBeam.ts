import { gantryFromPatient } from '#shared/beamsEye/axes.ts';
import { jawsOf } from '#shared/beamsEye/opening.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, ControlPoint, Plan } from '#shared/model/plan.ts';
import type { Look } from './placement.ts';

/** mm from the axis to the edge of the smallest view, and beyond the jaws. */
const [SMALLEST, BORDER] = [60, 25];

/** What a beam's-eye view shows: a beam at one control point and the axes it is seen in. */
export interface ShownBeam {
  readonly plan: Plan;
  readonly beam: Beam;
  readonly control: ControlPoint;
  readonly index: number;
  /** LPS mm → gantry axes, isocenter at the origin; undefined for a patient position without machine coordinates. */
  readonly frame: Mat4 | undefined;
}

/** The beam of that number, else the first; undefined in a plan without beams. */
export function shownBeam(plan: Plan | undefined, selected: number | null, control: number): ShownBeam | undefined {
  const beam = plan?.beams.find(({ number }) => number === selected) ?? plan?.beams[0];
  if (plan === undefined || beam === undefined) return undefined;
  const index = Math.min(control, beam.controlPoints.length - 1);
  const point = beam.controlPoints[index];
  const iecFromLps = iecFromPatient(plan.patientPosition);
  const frame = iecFromLps === undefined ? undefined : gantryFromPatient(point, point.isocenter, iecFromLps);
  return { plan, beam, control: point, index, frame };
}

/** The whole field, whichever way the collimator is turned. */
export function wholeField(control: ControlPoint): Look {
  const [x1, x2, y1, y2] = (jawsOf(control) ?? [0, 0, 0, 0]).map(Math.abs);
  return { middle: [0, 0], reach: Math.max(SMALLEST, x1, x2, y1, y2) + BORDER };
}
