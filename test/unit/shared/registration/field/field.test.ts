import { describe, expect, it } from 'vitest';
import { multiply, rigidFromParameters, translation } from '#shared/geometry/affine.ts';
import { AXIAL, type Grid, indexToPatient, moveGrid, sampleAtPoint, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { fieldOf } from '#shared/registration/field/fieldOf.ts';
import { invertDeformation } from '#shared/registration/field/invertDeformation.ts';
import { jacobian, jacobianWarnings } from '#shared/registration/field/jacobian.ts';
import { warpImage } from '#shared/registration/field/warpImage.ts';
import { mapPoint, transformOf } from '#shared/registration/transform.ts';
import { bump, sampled } from '#test/builders/analyticField.ts';
import { deformation } from '#test/builders/registration.ts';

const grid: Grid = { dims: [31, 31, 31], spacing: [4, 4, 4], origin: [-60, -60, -60], direction: AXIAL };
const oblique = moveGrid(grid, rigidFromParameters([10, 20, 30], [1, 2, 3]));
const plain = (field = sampled(grid, bump([10, 0, 0], 25))) => ({ field });

describe('the Jacobian', () => {
  it('of a linear field is its determinant, on any grid and with matrices', () => {
    // u = A·p: the mapping is p + A·p.
    const linear = ([x, y, z]: Vec3): Vec3 => [0.1 * x + 0.05 * y, -0.2 * y, 0.3 * z - 0.1 * x];
    const det = 1.1 * 0.8 * 1.3;
    for (const lattice of [grid, oblique]) {
      const report = jacobian({ field: sampled(lattice, linear) });
      expect(report.min).toBeCloseTo(det, 4);
      expect(report.max).toBeCloseTo(det, 4);
      expect(report.map.data[5000]).toBeCloseTo(det, 4);
      expect(report.folded).toBe(0);
    }
    const scale = [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const turned = jacobian({
      field: sampled(grid, () => [0, 0, 0]),
      pre: rigidFromParameters([5, 6, 7], [8, 9, 10]),
      post: scale,
    });
    expect([turned.min, turned.max]).toEqual([expect.closeTo(2, 6), expect.closeTo(2, 6)]);
  });

  it('of a Gaussian push has the extremes of its slope', () => {
    const slope = (10 / 25) * Math.exp(-0.5);
    const { min, max, folded } = jacobian(plain());
    // One-sided differences over 4 mm average the slope; it varies by 3 % within a cell there.
    expect(Math.abs(min - (1 - slope))).toBeLessThan(0.01);
    expect(Math.abs(max - (1 + slope))).toBeLessThan(0.01);
    expect(folded).toBe(0);
    expect(jacobianWarnings({ min, max, folded })).toEqual([]);
  });

  it('finds a fold one cell wide that central differences step over', () => {
    const field = sampled(grid, () => [0, 0, 0]);
    // Neighbours along x trade places: 5 mm back over a cell of 4 mm.
    const node = (i: number): number => 3 * (i + 31 * (15 + 31 * 15));
    field.vectors[node(16)] = -5;
    const report = jacobian({ field });
    expect(report.min).toBeCloseTo(-0.25, 6);
    expect(report.folded).toBeCloseTo(2 / voxelCount(grid), 12);
    expect(Math.min(...report.map.data)).toBeGreaterThan(0);
    expect(jacobianWarnings(report)).toEqual([expect.stringContaining('folds')]);
  });

  it('warns of tissue that vanishes or swells', () => {
    expect(jacobianWarnings({ min: 0.2, max: 3.5, folded: 0 })).toHaveLength(2);
  });
});

describe('inversion', () => {
  it('comes back within 0.2 mm on a 4 mm grid, and says so', () => {
    const [pre, post] = [rigidFromParameters([0, 0, 3], [5, 0, 0]), translation([0, 3, 0])];
    const wide: Grid = { ...grid, dims: [51, 51, 51], origin: [-100, -100, -100] };
    const {
      deformation: inverse,
      error,
      defined,
    } = invertDeformation({ field: sampled(wide, bump([10, -5, 5], 25)), pre, post }, grid);
    // Trilinear error h²/8 · Σ|v''| = 16/8 · 3 · 12/625 = 0.12 mm for the push, more for its inverse where it is compressed.
    expect(error.max).toBeLessThan(0.2);
    expect(error.mean).toBeLessThan(0.02);
    expect(defined).toBe(1);
    expect(inverse.field.dims).toEqual(grid.dims);
  });

  it('tells how much of the grid it could not reach', () => {
    const { defined } = invertDeformation(plain(), { ...grid, origin: [0, -60, -60] });
    // The field covers x ≤ 62 mm of −0…120; its push at x = 60 is 10·exp(−2.88) = 0.56 mm.
    expect(defined).toBeGreaterThan(0.49);
    expect(defined).toBeLessThan(0.55);
  });
});

describe('composition', () => {
  it('of a deformation with a rigid move is the field of both', () => {
    const matrix = rigidFromParameters([0, 0, 10], [20, 0, 0]);
    const registration = deformation(1, { ...plain(), pre: undefined, post: undefined });
    const transform = [...transformOf(registration, 'moving'), { kind: 'matrix' as const, matrix }];
    const field = fieldOf(transform, oblique, matrix);
    const at = indexToPatient(oblique, [15, 14, 13]);
    const direct = mapPoint(transform, at) ?? [Number.NaN, 0, 0];
    const composed = mapPoint([{ kind: 'deformation', deformation: { field, pre: matrix }, forward: true }], at);
    composed?.forEach((mm, axis) => expect(mm).toBeCloseTo(direct[axis], 4));
    expect(composed).toBeDefined();
    // Corners of the turned grid lie outside the field.
    expect(field.vectors[0]).toBeNaN();
  });
});

describe('a warped image', () => {
  it('has at each voxel the value from where the transform leads', () => {
    const moving = {
      ...grid,
      data: Float32Array.from({ length: voxelCount(grid) }, (_, p) => {
        const [x, y, z] = indexToPatient(grid, [p % 31, Math.floor(p / 31) % 31, Math.floor(p / 961)]);
        return 2 * x - 3 * y + z;
      }),
    };
    const fixed: Grid = { dims: [9, 9, 9], spacing: [5, 5, 5], origin: [-20, -20, -20], direction: AXIAL };
    const move = translation([3, -2, 1]);
    const registration = deformation(1, { ...plain(), pre: undefined, post: move });
    const warped = warpImage(moving, transformOf(registration, 'moving'), fixed, -1000);
    for (const index of [
      [0, 0, 0],
      [4, 4, 4],
      [8, 3, 6],
    ] as Vec3[]) {
      // biome-ignore format: indices
      const p = indexToPatient(fixed, index);
      const [ux] = bump([10, 0, 0], 25)(p);
      const expected = 2 * (p[0] + ux + 3) - 3 * (p[1] - 2) + p[2] + 1;
      // Interpolation of the field: 16/8 · 10/625 < 0.04 mm per axis, times the slope 2.
      expect(Math.abs(sampleAtPoint(warped, p, Number.NaN) - expected)).toBeLessThan(0.2);
    }
    const away = warpImage(
      moving,
      [{ kind: 'matrix', matrix: multiply(move, translation([500, 0, 0])) }],
      fixed,
      -1000,
    );
    expect(new Set(away.data)).toEqual(new Set([-1000]));
    expect(() => warpImage(moving, [], fixed, 0, { signal: { aborted: true } })).toThrow(/cancelled/);
  });
});
