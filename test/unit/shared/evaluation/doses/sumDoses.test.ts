import { describe, expect, test } from 'vitest';
import { readDose, writeDose } from '#shared/dicom/dose/rtDose.ts';
import { rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { trilinearSampler } from '#shared/geometry/sampler.ts';
import { type Grid, indexToPatient, moveGrid, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Registration } from '#shared/model/registration.ts';
import { commonGrid } from '#shared/evaluation/doses/commonGrid.ts';
import { subtractDoses } from '#shared/evaluation/doses/subtractDoses.ts';
import { sumDoses } from '#shared/evaluation/doses/sumDoses.ts';
import { objectContext } from '#test/builders/context.ts';

const AXES = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const box = (origin: Vec3, dims: Vec3, spacing: Vec3, direction = AXES): Grid => ({ origin, dims, spacing, direction });

/** A dose that is linear in space, so that trilinear interpolation gives it back exactly. */
const linear = (p: Vec3): number => 20 + 0.1 * p[0] - 0.05 * p[1] + 0.2 * p[2];

function dose(grid: Grid, gray: (p: Vec3) => number = linear, more: Partial<DoseVolume> = {}): DoseVolume {
  const data = new Float32Array(voxelCount(grid));
  let p = 0;
  for (let k = 0; k < grid.dims[2]; k++)
    for (let j = 0; j < grid.dims[1]; j++)
      for (let i = 0; i < grid.dims[0]; i++) data[p++] = gray(indexToPatient(grid, [i, j, k]));
  return {
    ...grid,
    data,
    sopInstanceUid: '1.2.1',
    frameOfReferenceUid: '1.2.100',
    summation: 'PLAN',
    doseType: 'PHYSICAL',
    planUid: '1.2.10',
    warnings: [],
    ...more,
  };
}

const term = (of: DoseVolume, name = 'plan', weight = 1) => ({ dose: of, name, weight });

describe('the common grid', () => {
  test('of equal grids is that grid', () => {
    const grid = box([1.3, -2, 7], [5, 6, 7], [2, 2.5, 3]);
    expect(commonGrid([grid, grid])).toEqual({ ...grid, origin: grid.origin.map((mm) => expect.closeTo(mm, 9) as unknown) });
  }); // biome-ignore format: one grid

  test('has the finest spacing of each axis, on the centres of the grid that has it, over the voxels of both', () => {
    const coarse = box([0, 0, 0], [5, 5, 5], [4, 4, 2]);
    const fine = box([9.5, 1, 1], [9, 3, 3], [1, 4, 6]);
    const grid = commonGrid([coarse, fine]);
    expect(grid.spacing).toEqual([1, 4, 2]);
    // x from −2 to 18 in steps of 1 through 9.5; y from −2 to 18 through 0; z from −2 to 16 through 0.
    expect(grid.origin).toEqual([-1.5, 0, -2]);
    expect(grid.dims).toEqual([20, 5, 10]);
  });

  test('knows a grid turned by right angles', () => {
    // Rows along −y, columns along −x: the normal is −z.
    const turned = box([20, 20, 20], [6, 6, 6], [1, 2, 3], [0, -1, 0, -1, 0, 0, 0, 0, -1]);
    expect(commonGrid([box([0, 0, 0], [5, 5, 5], [4, 4, 4]), turned]).spacing).toEqual([2, 1, 3]);
  });

  test('is refused where the doses lie kilometres apart', () => {
    const near = box([0, 0, 0], [5, 5, 5], [1, 1, 1]);
    expect(() => commonGrid([near, { ...near, origin: [1e6, 1e6, 0] }])).toThrow(/too far apart/);
  });
});

describe('a sum', () => {
  test('is the weighted sum of the doses at every point that both reach, whatever their grids', () => {
    const first = dose(box([-20, -20, -20], [21, 21, 11], [2, 2, 4]));
    const turned = moveGrid(box([-15.3, -14.1, -16.7], [13, 12, 11], [2.5, 2.5, 3]), rigidFromParameters([4, -7, 11], [1, 2, 3]));
    const second = dose(turned, linear, { sopInstanceUid: '1.2.2', planUid: '1.2.11' });
    const { dose: sum, reached } = sumDoses([term(first), term(second, 'boost', 0.4)], { sopInstanceUid: '1.2.3' });
    let both = 0;
    for (let p = 0; p < sum.data.length; p++) {
      const at = pointOf(sum, p);
      if (reached.data[p] !== 2) continue;
      // The half voxel beyond the outermost centres holds the nearest value: only inside them is the field linear.
      if (!inside(first, at) || !inside(second, at)) continue;
      both++;
      expect(sum.data[p]).toBeCloseTo(1.4 * linear(at), 3);
    }
    expect(both).toBeGreaterThan(1000);
  }); // biome-ignore format: two grids

  test('tells the volume that not every dose reaches, and adds there what is known', () => {
    const first = dose(box([0, 0, 0], [10, 10, 10], [2, 2, 2]), () => 10);
    const second = dose(box([0, 0, 0], [10, 10, 5], [2, 2, 2]), () => 5, { planUid: '1.2.11' });
    const { dose: sum, reached } = sumDoses([term(first, 'A'), term(second, 'B')], { sopInstanceUid: '1.2.3' });
    // 10 × 10 × 5 voxels of 8 mm³.
    expect(sum.derivation?.unreached).toBeCloseTo(4, 6);
    expect(sum.warnings).toEqual([expect.stringMatching(/^4\.0 cm³ are not reached by every dose.*up to 10\.00 Gy/)]);
    expect([sum.data[0], reached.data[0]]).toEqual([15, 2]);
    expect([sum.data[999], reached.data[999]]).toEqual([10, 1]);
  });

  test('as EQD2 counts each dose with its own fractions', () => {
    const grid = box([0, 0, 0], [3, 3, 3], [2, 2, 2]);
    const [first, second] = [dose(grid, () => 60), dose(grid, () => 24, { planUid: '1.2.11' })];
    const { dose: sum } = sumDoses(
      [
        { dose: first, name: 'A', fractions: 30 },
        { dose: second, name: 'B', fractions: 3, weight: 2 / 3 },
      ],
      { sopInstanceUid: '1.2.3', alphaBeta: 3 },
    );
    // 60 Gy in 30 stay 60; 24 Gy in 3 are 24 (8 + 3) / (2 + 3) = 52.8, two of the three fractions 35.2.
    expect(sum.data[0]).toBeCloseTo(95.2, 4);
    expect(sum.doseType).toBe('EFFECTIVE');
    expect(() => sumDoses([term(first), term(second)], { sopInstanceUid: '1', alphaBeta: 3 })).toThrow(/fractions/);
    const weighted = { ...term(sum), fractions: 3 };
    expect(() => sumDoses([weighted, weighted], { sopInstanceUid: '1', alphaBeta: 3 })).toThrow(/weighted already/);
  });

  test.each<[string, Partial<DoseVolume>, number, string]>([
    ['another frame of reference', { frameOfReferenceUid: 'B' }, 1, 'FRAME_OF_REFERENCE'],
    ['no frame of reference', { frameOfReferenceUid: '' }, 1, 'FRAME_OF_REFERENCE'],
    ['the error of a dose', { doseType: 'ERROR' }, 1, 'DOSE'],
    ['a weight of nothing', {}, 0, 'DOSE'],
  ])('refuses %s and names the plan', (_, more, weight, code) => {
    const grid = box([0, 0, 0], [3, 3, 3], [2, 2, 2]);
    const terms = [term(dose(grid)), term(dose(grid, linear, more), 'boost', weight)];
    expect(() => sumDoses(terms, { sopInstanceUid: '1.2.3' })).toThrow(expect.objectContaining({ code, object: 'boost' }));
  }); // biome-ignore format: one expectation

  test('is written with references to all its plans and read back', () => {
    const grid = box([0, 0, 0], [4, 5, 6], [2, 2, 2]);
    const context = objectContext('RTDOSE');
    const { dose: sum } = sumDoses(
      [term(dose(grid), 'Großfeld'), { ...term(dose(grid, linear, { planUid: '1.2.11' }), 'boost', 0.5), stale: 'a beam was changed' }],
      { sopInstanceUid: context.sopInstanceUid },
    );
    const read = readDose(writeDose(sum, context));
    expect(read).toMatchObject({ summation: 'MULTI_PLAN', planUids: ['1.2.10', '1.2.11'], derivation: sum.derivation });
    expect(read.planUid).toBeUndefined();
    expect(read.data[7]).toBeCloseTo(sum.data[7], 5);
    expect(sum.derivation?.reasons).toEqual(['boost: stale dose, a beam was changed']);
    // Two parts of one plan are no sum of plans.
    const parts = sumDoses([term(dose(grid)), term(dose(grid))], { sopInstanceUid: context.sopInstanceUid });
    expect(() => writeDose(parts.dose, context)).toThrow(/two plans at least/);
  }); // biome-ignore format: two terms
});

describe('through registrations', () => {
  const grid = box([-30, -30, -30], [31, 31, 31], [2, 2, 2]);
  /** Moving (B) to fixed (A). */
  const matrix = rigidFromParameters([3, -5, 8], [12, -7, 4]);
  const rigid: Registration = {
    kind: 'rigid', sopInstanceUid: '1', movingFrame: 'B', fixedFrame: '1.2.100', label: 'B to A', matrix,
  }; // biome-ignore format: one registration
  const hot = (p: Vec3): number => 50 * Math.exp(-(p[0] ** 2 + (p[1] - 6) ** 2 + (p[2] + 4) ** 2) / 200);

  test('rigid: the dose of a point of B is found where the registration leads that point', () => {
    const [first, second] = [dose(grid, () => 1), dose(grid, hot, { frameOfReferenceUid: 'B', planUid: '1.2.11' })];
    const { dose: sum } = sumDoses([term(first), term(second)], { sopInstanceUid: '1', registrations: [rigid] });
    const at = transformPoint(matrix, [0, 6, -4]);
    // 50 Gy at the peak, less what two trilinear interpolations take: h²/8 · 0.5 Gy/mm² along three axes, twice, 1.5 Gy at most.
    expect(trilinearSampler(sum)(...at) - 1).toBeGreaterThan(48.5);
    expect(trilinearSampler(sum)(0, 6, -4) - 1).toBeLessThan(40);
    expect(sum.derivation?.terms[1].through).toEqual(['B to A']);
    expect(sum.frameOfReferenceUid).toBe('1.2.100');
  });

  test('deformable: the stored field leads from A to B, in either direction of use', () => {
    // Every point of A lies 10 mm further left in B, but for a slow change.
    const nodes = box([-60, -60, -60], [13, 13, 13], [10, 10, 10]);
    const vectors = new Float32Array(3 * voxelCount(nodes));
    for (let n = 0; n < voxelCount(nodes); n++) vectors[3 * n] = 10 + 0.02 * pointOf(nodes, n)[1];
    const deformable: Registration = {
      kind: 'deformable', sopInstanceUid: '1', movingFrame: 'B', fixedFrame: '1.2.100', label: 'A in B', field: { ...nodes, vectors },
    }; // biome-ignore format: one registration
    const registrations = [deformable];
    const second = dose(grid, hot, { frameOfReferenceUid: 'B', planUid: '1.2.11' });
    const onA = sumDoses([term(dose(grid, () => 1)), term(second)], { sopInstanceUid: '1', registrations });
    expect(trilinearSampler(onA.dose)(-10.12, 6, -4) - 1).toBeGreaterThan(48.5);
    expect(trilinearSampler(onA.dose)(10.12, 6, -4) - 1).toBeLessThan(15);
    // The dose of A on B: its peak at (0, 6, −4) lies at x = 10.12 there.
    const first = dose(grid, hot);
    const onB = sumDoses([term(dose(grid, () => 1, { frameOfReferenceUid: 'B' })), term({ ...first, planUid: '1.2.11' })], {
      sopInstanceUid: '1',
      registrations,
    });
    expect(trilinearSampler(onB.dose)(10.12, 6, -4) - 1).toBeGreaterThan(48.5);
    expect(trilinearSampler(onB.dose)(-10.12, 6, -4) - 1).toBeLessThan(15);
  }); // biome-ignore format: two sums
});

test('a difference is known where both doses are, with its extremes and where they lie', () => {
  const first = dose(box([0, 0, 0], [10, 10, 10], [2, 2, 2]), (p) => (p[0] === 4 && p[1] === 6 && p[2] === 8 ? 30 : 20));
  const second = dose(box([0, 0, 0], [10, 10, 8], [2, 2, 2]), (p) => (p[0] === 2 && p[1] === 2 && p[2] === 2 ? 25 : 19));
  const { map, highest, lowest, warnings } = subtractDoses(first, second);
  expect([highest, lowest]).toEqual([
    { gray: 11, at: [4, 6, 8] },
    { gray: -5, at: [2, 2, 2] },
  ]);
  expect([map.data[0], map.data[999]]).toEqual([1, Number.NaN]);
  expect(warnings).toEqual(['1.6 cm³ are reached by one of the doses only: no difference there']);
  expect(() => subtractDoses(first, { ...second, frameOfReferenceUid: 'B' })).toThrow(/no registration leads/);
}); // biome-ignore format: two doses

function pointOf(grid: Grid, p: number): Vec3 {
  const [nx, ny] = grid.dims;
  return indexToPatient(grid, [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))]);
}

function inside(grid: Grid, at: Vec3): boolean {
  const { origin, direction: d, spacing, dims } = grid;
  const q = [at[0] - origin[0], at[1] - origin[1], at[2] - origin[2]];
  return [0, 1, 2].every((axis) => {
    const index = (q[0] * d[3 * axis] + q[1] * d[3 * axis + 1] + q[2] * d[3 * axis + 2]) / spacing[axis];
    return index >= 0 && index <= dims[axis] - 1;
  });
}
