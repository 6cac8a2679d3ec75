import { type Mat4, transformVector } from './affine.ts';
import { subtract, type Vec3 } from './vec.ts';

/**
 * The gantry angle (IEC 61217 degrees, 0…360) at which the source stands on the side of `point` from the isocenter: exactly there when the
 * point lies in the plane the gantry turns in, else as near as the gantry comes. Undefined on the axis it turns about.
 */
export function gantryTowards(point: Vec3, isocenter: Vec3, couch: number, iecFromLps: Mat4): number | undefined {
  const [x, y, z] = transformVector(iecFromLps, subtract(point, isocenter));
  const turn = (couch * Math.PI) / 180;
  // The couch turns the patient about IEC z; the source stands at (sin g, 0, cos g) of the fixed system.
  const fixed = x * Math.cos(turn) - y * Math.sin(turn);
  if (Math.hypot(fixed, z) < 1e-6) return undefined;
  const angle = (Math.atan2(fixed, z) * 180) / Math.PI;
  return angle < 0 ? angle + 360 : angle;
}
