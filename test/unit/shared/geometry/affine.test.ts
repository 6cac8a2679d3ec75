import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  IDENTITY,
  invertRigid,
  isRigid,
  multiply,
  rigidFromParameters,
  transformPoint,
  transformVector,
} from '#shared/geometry/affine.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

const vec = (limit: number) => {
  const number = fc.double({ min: -limit, max: limit, noNaN: true });
  return fc.tuple(number, number, number);
};
const near = (a: readonly number[], b: readonly number[]): void => a.forEach((v, i) => expect(v).toBeCloseTo(b[i], 6));

describe('rigid transforms', () => {
  it('rotates x, then y, then z about the centre and then shifts', () => {
    const m = rigidFromParameters([90, 0, 90], [1, 2, 3], [10, 0, 0]);
    // (10, 1, 0): relative (0, 1, 0) → about x by 90°: (0, 0, 1) → about z: (0, 0, 1) → back and shift: (11, 2, 4).
    near(transformPoint(m, [10, 1, 0]), [11, 2, 4]);
    // (11, 0, 0): relative (1, 0, 0) → (1, 0, 0) → (0, 1, 0) → (11, 3, 3).
    near(transformPoint(m, [11, 0, 0]), [11, 3, 3]);
    near(transformVector(m, [1, 0, 0]), [0, 1, 0]);
  });

  it('inverse undoes, rotations stay rigid', () => {
    fc.assert(
      fc.property(vec(180), vec(300), vec(300), vec(300), (angles, shift, centre, point) => {
        const m = rigidFromParameters(angles as Vec3, shift as Vec3, centre as Vec3);
        expect(isRigid(m)).toBe(true);
        near(transformPoint(invertRigid(m), transformPoint(m, point as Vec3)), point);
        near(multiply(m, invertRigid(m)), IDENTITY);
      }),
    );
  });

  it('a mirror, a scale and a projective row are not rigid', () => {
    expect(isRigid([-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBe(false);
    expect(isRigid([1.01, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBe(false);
    expect(isRigid([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0.1, 1])).toBe(false);
  });
});
