import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { resampleToGrid } from '#shared/geometry/resample.ts';
import { trilinearSampler } from '#shared/geometry/sampler.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import {
  AXIAL,
  type Grid,
  indexToPatient,
  isOrthonormal,
  moveGrid,
  patientToIndex,
  sampleAtPoint,
  type Volume,
  voxelCount,
  voxelVolume,
} from '#shared/geometry/volume.ts';

const oblique: Grid = moveGrid(
  { dims: [9, 8, 7], spacing: [1.5, 2, 3], origin: [-4, 5, 6], direction: AXIAL },
  rigidFromParameters([20, -35, 50], [3, -2, 8]),
);

/** A volume whose value is an affine function of LPS: trilinear interpolation must reproduce it exactly. */
function ramp(grid: Grid): Volume<Float32Array> {
  const data = new Float32Array(voxelCount(grid));
  for (let k = 0, p = 0; k < grid.dims[2]; k++)
    for (let j = 0; j < grid.dims[1]; j++)
      for (let i = 0; i < grid.dims[0]; i++, p++) data[p] = value(indexToPatient(grid, [i, j, k]));
  return { ...grid, data };
}
const value = (p: Vec3): number => 100 + 2 * p[0] - 3 * p[1] + 0.5 * p[2];
const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('grids', () => {
  it('index and patient coordinates are inverse, x fastest from the origin voxel’s centre', () => {
    fc.assert(
      fc.property(fc.tuple(unit, unit, unit), (t) => {
        const index: Vec3 = [t[0] * 8, t[1] * 7, t[2] * 6];
        patientToIndex(oblique, indexToPatient(oblique, index)).forEach((v, axis) =>
          expect(v).toBeCloseTo(index[axis], 9),
        );
      }),
    );
    expect(indexToPatient(oblique, [0, 0, 0])).toEqual(oblique.origin);
    expect(voxelVolume(oblique)).toBe(9);
    expect(isOrthonormal(oblique.direction)).toBe(true);
    expect(isOrthonormal([1, 0, 0, 0, 1, 0, 0, 0, -1])).toBe(false);
  });

  it('a moved grid carries its points along', () => {
    const move = rigidFromParameters([10, 20, 30], [1, 2, 3], [5, 5, 5]);
    const moved = moveGrid(oblique, move);
    const index: Vec3 = [3, 2.5, 1];
    const expected = transformPoint(move, indexToPatient(oblique, index));
    indexToPatient(moved, index).forEach((v, axis) => expect(v).toBeCloseTo(expected[axis], 9));
  });
});

describe('trilinear sampling', () => {
  const volume = ramp(oblique);
  const sample = trilinearSampler(volume);

  it('reproduces an affine function inside, in both readers', () => {
    fc.assert(
      fc.property(fc.tuple(unit, unit, unit), (t) => {
        const point = indexToPatient(oblique, [t[0] * 8, t[1] * 7, t[2] * 6]);
        expect(sample(...point)).toBeCloseTo(value(point), 3);
        expect(sampleAtPoint(volume, point, Number.NaN)).toBeCloseTo(value(point), 3);
      }),
    );
  });

  it('holds the nearest value to the voxel’s edge and is NaN beyond', () => {
    const centre = sample(...indexToPatient(oblique, [0, 3, 3]));
    expect(sample(...indexToPatient(oblique, [-0.49, 3, 3]))).toBeCloseTo(centre, 5);
    expect(sample(...indexToPatient(oblique, [-0.51, 3, 3]))).toBeNaN();
    expect(sample(...indexToPatient(oblique, [8.51, 3, 3]))).toBeNaN();
  });

  it('works on a volume of one slice', () => {
    const flat = ramp({ dims: [4, 4, 1], spacing: [1, 1, 5], origin: [0, 0, 0], direction: AXIAL });
    expect(trilinearSampler(flat)(1.5, 2.5, 2)).toBeCloseTo(value([1.5, 2.5, 0]), 4);
    expect(trilinearSampler(flat)(1.5, 2.5, 3)).toBeNaN();
  });

  it('resamples to another grid, with the stated value outside', () => {
    const target: Grid = { dims: [30, 30, 20], spacing: [1, 1, 1.5], origin: [-15, -10, -5], direction: AXIAL };
    const out = resampleToGrid(volume, target, -7);
    let inside = 0;
    out.data.forEach((v, p) => {
      const point = indexToPatient(target, [p % 30, Math.floor(p / 30) % 30, Math.floor(p / 900)]);
      const index = patientToIndex(oblique, point);
      if (index.every((x, axis) => x >= 0 && x <= oblique.dims[axis] - 1)) {
        inside++;
        expect(v).toBeCloseTo(value(point), 3);
      } else if (index.some((x, axis) => x < -0.501 || x > oblique.dims[axis] - 0.499)) expect(v).toBe(-7);
    });
    expect(inside).toBeGreaterThan(200);
  });
});
