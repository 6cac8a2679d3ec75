import { type Mat4, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { subtract, type Vec3 } from '#shared/geometry/vec.ts';

/** The six degrees of freedom people turn: rotations about LPS x, y, z (degrees) through a centre, and shifts (mm). */
export interface RigidParameters {
  readonly degrees: Vec3;
  readonly shift: Vec3;
}

export const matrixOf = ({ degrees, shift }: RigidParameters, centre: Vec3): Mat4 =>
  rigidFromParameters(degrees, shift, centre);

/**
 * Inverse of `matrixOf` for R = Rz·Ry·Rx (Slabaugh, "Computing Euler angles from a rotation matrix"): θy = −asin r20. At θy = ±90°
 * only θx ∓ θz is determined, and θz is set to 0.
 */
export function parametersOf(m: Mat4, centre: Vec3): RigidParameters {
  const toDegrees = 180 / Math.PI;
  const sine = Math.max(-1, Math.min(1, -m[8]));
  const locked = Math.abs(sine) > 1 - 1e-10;
  const x = locked ? Math.atan2(sine * m[1], sine * m[2]) : Math.atan2(m[9], m[10]);
  const z = locked ? 0 : Math.atan2(m[4], m[0]);
  return {
    degrees: [x * toDegrees, Math.asin(sine) * toDegrees, z * toDegrees],
    shift: subtract(transformPoint(m, centre), centre),
  };
}
