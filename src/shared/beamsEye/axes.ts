import type { Mat4 } from '../geometry/affine.ts';
import { type BeamAngles, bldFromPatient } from '../geometry/iec.ts';
import type { Vec3 } from '../geometry/vec.ts';

/** LPS mm → gantry axes with the isocenter as origin and z towards the source: what a view that does not turn with the collimator lies in. */
export const gantryFromPatient = (angles: BeamAngles, isocenter: Vec3, iecFromLps: Mat4): Mat4 =>
  bldFromPatient({ ...angles, collimator: 0 }, isocenter, iecFromLps);

/** Directions of the patient (LPS unit vectors) that lie to the right of and up a view in these axes. */
export const viewDirections = (frame: Mat4): { readonly right: Vec3; readonly up: Vec3 } => ({
  right: [frame[0], frame[1], frame[2]],
  up: [frame[4], frame[5], frame[6]],
});
