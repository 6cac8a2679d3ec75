import { IsocenterError } from '../contract/errors.ts';
import { type Mat4, multiply, transformPoint, translation } from '../geometry/affine.ts';
import { dot, length, subtract, type Vec3 } from '../geometry/vec.ts';
import type { Landmark } from '../model/registration.ts';
import { middleOf } from './prepare.ts';
import { symmetricEigen } from './symmetricEigen.ts';

export interface LandmarkFit {
  /** Moving LPS mm to fixed LPS mm. */
  readonly matrix: Mat4;
  /** How far each landmark of the moving image lands from its twin, mm, in order. */
  readonly residuals: readonly number[];
  /** Their root mean square, mm. */
  readonly rms: number;
}

/** Landmarks that stray less than this from a line leave the turn about it open, mm (root mean square). */
const LEAST_WIDTH = 1;

/**
 * The rigid transform that brings pairs of landmarks together with the least sum of squared distances: the rotation is the quaternion
 * that belongs to the largest eigenvalue of a symmetric 4 × 4 matrix (Horn 1987, J. Opt. Soc. Am. A 4:629), never a reflection.
 * @throws IsocenterError GEOMETRY with fewer than three pairs, or when they lie on one line in either image
 */
export function fitLandmarks(landmarks: readonly Landmark[]): LandmarkFit {
  if (landmarks.length < 3)
    throw new IsocenterError('GEOMETRY', `${landmarks.length} pairs of landmarks: a rigid registration needs three`, {
      object: 'landmarks',
    });
  const [fixed, moving] = [landmarks.map((one) => one.fixed), landmarks.map((one) => one.moving)];
  refuseLine(fixed, 'fixed');
  refuseLine(moving, 'moving');
  const [fixedMiddle, movingMiddle] = [middleOf(fixed), middleOf(moving)];
  // Sums of products of the coordinates about the middles: s[a][b] = Σ moving_a · fixed_b.
  const s = [0, 1, 2].map((a) =>
    [0, 1, 2].map((b) =>
      landmarks.reduce((sum, one) => sum + (one.moving[a] - movingMiddle[a]) * (one.fixed[b] - fixedMiddle[b]), 0),
    ),
  );
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = s;
  const { vectors } = symmetricEigen([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
  const turn = rotationOf(vectors[0]);
  const matrix = multiply(translation(fixedMiddle), multiply(turn, translation(scaleBack(movingMiddle))));
  const residuals = landmarks.map((one) => length(subtract(transformPoint(matrix, one.moving), one.fixed)));
  return { matrix, residuals, rms: Math.sqrt(residuals.reduce((sum, mm) => sum + mm * mm, 0) / residuals.length) };
}

const scaleBack = ([x, y, z]: Vec3): Vec3 => [-x, -y, -z];

/** The rotation of a unit quaternion (w, x, y, z). */
function rotationOf([w, x, y, z]: readonly number[]): Mat4 {
  // biome-ignore format: a matrix reads as rows
  return [
    w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y), 0,
    2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x), 0,
    2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z, 0,
    0, 0, 0, 1,
  ];
}

function refuseLine(points: readonly Vec3[], image: string): void {
  const middle = middleOf(points);
  const about = points.map((point) => subtract(point, middle));
  const covariance = [0, 1, 2].map((a) =>
    [0, 1, 2].map((b) => about.reduce((sum, point) => sum + point[a] * point[b], 0)),
  );
  const [along] = symmetricEigen(covariance).vectors;
  const axis: Vec3 = [along[0], along[1], along[2]];
  const off = about.reduce((sum, point) => sum + Math.max(0, dot(point, point) - dot(point, axis) ** 2), 0);
  if (Math.sqrt(off / points.length) < LEAST_WIDTH)
    throw new IsocenterError(
      'GEOMETRY',
      `the landmarks of the ${image} image lie on one line: they leave a turn open`,
      {
        object: 'landmarks',
      },
    );
}
