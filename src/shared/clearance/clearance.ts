import { invertRigid, type Mat4, multiply, transformPoint } from '../geometry/affine.ts';
import { type BeamAngles, bldFromPatient } from '../geometry/iec.ts';
import type { Vec3 } from '../geometry/vec.ts';
import type { Beam } from '../model/plan.ts';
import type { ClearanceModel } from './model.ts';
import { type Box, boxToCylinder, type Cylinder, distanceToCylinder } from './solids.ts';

/** What the gantry's head can meet: skin points, and the couch top in the patient's IEC axes. */
export interface Surroundings {
  /** LPS mm: x, y, z, x, y, z … */
  readonly skin: Float32Array;
  /** Along IEC axes at couch 0, origin at the LPS origin. */
  readonly couch: Box;
}

/** The nearest approach of a beam. */
export interface Clearance {
  /** mm; negative is how deep the patient would reach into the head, 0 for a couch that meets it. */
  readonly distance: number;
  readonly gantry: number;
  readonly couch: number;
  readonly to: 'patient' | 'couch';
  /** LPS mm. */
  readonly at: Vec3;
}

/** The head reaches from its face to behind the source. */
const BEHIND_SOURCE = 300;
/** A moving gantry is looked at this often at least, degrees. */
const STEP = 2;

/** The head in the beam-limiting device system (isocenter at the origin, z to the source). */
export const headOf = ({ head }: ClearanceModel, sad: number): Cylinder => ({
  radius: head.radius,
  low: head.isocenterToFace,
  high: sad + BEHIND_SOURCE,
});

/**
 * The couch top under a patient, in IEC axes at couch 0: its top touches the lowest skin point, its middle is the skin's, left to right; along
 * the patient it begins 100 mm beyond the skin on the gantry's side.
 */
export function couchUnder(skin: Float32Array, { couch }: ClearanceModel, iecFromLps: Mat4): Box {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let n = 0; n + 2 < skin.length; n += 3) {
    const at = transformPoint(iecFromLps, [skin[n], skin[n + 1], skin[n + 2]]);
    for (const axis of [0, 1, 2]) {
      low[axis] = Math.min(low[axis], at[axis]);
      high[axis] = Math.max(high[axis], at[axis]);
    }
  }
  const middle = (low[0] + high[0]) / 2;
  const end = high[1] + 100;
  return {
    low: [middle - couch.width / 2, end - couch.length, low[2] - couch.thickness],
    high: [middle + couch.width / 2, end, low[2]],
  };
}

/** The nearest approach of the head at one place. */
export function clearanceAt(
  angles: BeamAngles,
  isocenter: Vec3,
  sad: number,
  { skin, couch }: Surroundings,
  model: ClearanceModel,
  iecFromLps: Mat4,
): Clearance {
  const head = headOf(model, sad);
  const m = bldFromPatient(angles, isocenter, iecFromLps);
  let [nearest, place] = [Infinity, 0];
  for (let n = 0; n + 2 < skin.length; n += 3) {
    const [x, y, z] = [skin[n], skin[n + 1], skin[n + 2]];
    const d = distanceToCylinder(
      head,
      m[0] * x + m[1] * y + m[2] * z + m[3],
      m[4] * x + m[5] * y + m[6] * z + m[7],
      m[8] * x + m[9] * y + m[10] * z + m[11],
    );
    if (d < nearest) [nearest, place] = [d, n];
  }
  const lpsFromIec = invertRigid(iecFromLps);
  const headFromCouch = multiply(m, lpsFromIec);
  const top = boxToCylinder(couch, head, headFromCouch, invertRigid(headFromCouch));
  const { gantry, couch: table } = angles;
  return top.distance < nearest
    ? { distance: top.distance, gantry, couch: table, to: 'couch', at: transformPoint(lpsFromIec, top.point) }
    : { distance: nearest, gantry, couch: table, to: 'patient', at: [skin[place], skin[place + 1], skin[place + 2]] };
}

/** The angles a beam goes through, a moving gantry every 2° at least. */
export function anglesOf({ controlPoints }: Beam): BeamAngles[] {
  const all: BeamAngles[] = [];
  for (const [n, point] of controlPoints.entries()) {
    const { gantry, collimator, couch, gantryDirection } = point;
    const next = controlPoints[n + 1];
    const clockwise = next === undefined ? 0 : (((next.gantry - gantry) % 360) + 360) % 360;
    const by = gantryDirection === 'CC' && clockwise > 0 ? clockwise - 360 : gantryDirection === 'NONE' ? 0 : clockwise;
    const steps = Math.max(1, Math.ceil(Math.abs(by) / STEP));
    for (let step = 0; step < steps; step++)
      all.push({ gantry: (((gantry + (by * step) / steps) % 360) + 360) % 360, collimator, couch });
  }
  const last = all.at(-1);
  return all.filter(
    (angles, n) =>
      n === 0 || angles.gantry !== all[n - 1].gantry || angles.couch !== all[n - 1].couch || angles === last,
  );
}

/** The nearest approach of a beam over all it goes through; undefined without skin. */
export function beamClearance(
  beam: Beam,
  around: Surroundings,
  model: ClearanceModel,
  iecFromLps: Mat4,
): Clearance | undefined {
  if (around.skin.length === 0) return undefined;
  const { isocenter } = beam.controlPoints[0];
  return anglesOf(beam)
    .map((angles) => clearanceAt(angles, isocenter, beam.sourceAxisDistance, around, model, iecFromLps))
    .reduce((a, b) => (b.distance < a.distance ? b : a));
}

/** In words: how near, to what, where. */
export function clearanceWords({ distance, gantry, couch, to }: Clearance): string {
  const table = couch === 0 ? '' : `, couch ${couch.toFixed(0)}°`;
  const where = `at gantry ${gantry.toFixed(0)}°${table}`;
  const what = to === 'couch' ? 'couch top' : 'patient';
  return distance <= 0
    ? `the head meets the ${what} ${where}`
    : `${(distance / 10).toFixed(1)} cm to the ${what} ${where}`;
}
