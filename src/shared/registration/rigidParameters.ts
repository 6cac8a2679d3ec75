import { type Mat4, transformPoint } from '../geometry/affine.ts';
import { subtract, type Vec3 } from '../geometry/vec.ts';

/** A rigid transform as six numbers: `rigidFromParameters(degrees, shift, centre)` gives the matrix. */
export interface RigidParameters {
  /** Rotations about LPS x, then y, then z through `centre`, degrees; y within ±90. */
  readonly degrees: Vec3;
  /** Where `centre` goes, relative to itself, mm. */
  readonly shift: Vec3;
  readonly centre: Vec3;
}

/** The six numbers of a rigid matrix about a centre (LPS mm); of the many for y = ±90° the one without a turn about z. */
export function rigidParameters(matrix: Mat4, centre: Vec3 = [0, 0, 0]): RigidParameters {
  const toDegrees = (radians: number): number => (radians * 180) / Math.PI;
  const shift = subtract(transformPoint(matrix, centre), centre);
  const sine = -matrix[8];
  // Both other angles turn about the same axis there, and their cosines vanish from the matrix.
  if (Math.abs(sine) > 1 - 1e-12)
    return {
      degrees: [toDegrees(Math.atan2(Math.sign(sine) * matrix[1], matrix[5])), Math.sign(sine) * 90, 0],
      shift,
      centre,
    };
  return {
    degrees: [
      toDegrees(Math.atan2(matrix[9], matrix[10])),
      toDegrees(Math.asin(sine)),
      toDegrees(Math.atan2(matrix[4], matrix[0])),
    ],
    shift,
    centre,
  };
}
