import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Contour } from '#shared/model/structures.ts';
import { combineContours } from '#shared/structures/contours/boolean.ts';
import { areaOf, type BooleanOperation, normaliseRings } from '#shared/structures/contours/rings.ts';
import { stackContours } from '#shared/structures/contours/stack.ts';
import { circle, cube, rectangle, sphere } from '../shapes.ts';

const grid = cube(80, 41, 1, 2);
const volume = (contours: readonly Contour[]): number => measureRoi(contours, grid)?.volume ?? 0;
const combine = (operation: BooleanOperation, a: readonly Contour[], b: readonly Contour[]): number =>
  volume(combineContours(operation, a, b, grid));

describe('combineContours', () => {
  it('two overlapping boxes: areas by hand', () => {
    const stack = (x0: number, x1: number): Contour[] => [-2, 0, 2].map((z) => rectangle(x0, 0, x1, 10, z));
    const [a, b] = [stack(0, 10), stack(6, 18)];
    // 100 mm² and 120 mm² overlap in 40 mm², three slabs of 2 mm.
    expect(combine('union', a, b)).toBeCloseTo(180 * 0.006, 9);
    expect(combine('intersect', a, b)).toBeCloseTo(40 * 0.006, 9);
    expect(combine('subtract', a, b)).toBeCloseTo(60 * 0.006, 9);
    expect(combine('xor', a, b)).toBeCloseTo(140 * 0.006, 9);
  });

  it('identities hold for spheres with holes anywhere', () => {
    // Plain sums of areas: an emptied plane between two parts is a gap that measureRoi would bridge.
    const combine = (operation: BooleanOperation, a: readonly Contour[], b: readonly Contour[]): number =>
      stackContours(combineContours(operation, a, b, grid)).planes.reduce(
        (sum, p) => sum + areaOf(normaliseRings(p.rings)),
        0,
      );
    const place = fc.tuple(...[15, 15, 12].map((limit) => fc.double({ min: -limit, max: limit, noNaN: true })));
    const shape = fc
      .tuple(place, fc.double({ min: 5, max: 18, noNaN: true }))
      .map(([[x, y, z], r]) => [...sphere(x, y, z, r, 2), ...sphere(x, y, z, r / 2, 2)]);
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const [va, vb] = [combine('union', a, a), combine('union', b, b)];
        const [union, both, minus, xor] = (['union', 'intersect', 'subtract', 'xor'] as const).map((o) =>
          combine(o, a, b),
        );
        const tolerance = 1e-4 * (va + vb);
        expect(Math.abs(union + both - va - vb)).toBeLessThan(tolerance);
        expect(Math.abs(minus + both - va)).toBeLessThan(tolerance);
        expect(Math.abs(xor - (union - both))).toBeLessThan(tolerance);
        expect(combine('subtract', a, a)).toBe(0);
        expect(combine('xor', a, a)).toBe(0);
      }),
      { numRuns: 12 },
    );
  });

  it('a part that only one ROI reaches stays in the union and leaves the intersection', () => {
    const a = [-4, -2, 0].map((z) => circle(0, 0, 5, z));
    const b = [0, 2, 4].map((z) => circle(0, 0, 5, z));
    const planes = (contours: readonly Contour[]): number[] => contours.map((contour) => contour.points[2]);
    expect(planes(combineContours('union', a, b, grid))).toEqual([-4, -2, 0, 2, 4]);
    expect(planes(combineContours('intersect', a, b, grid))).toEqual([0]);
    expect(planes(combineContours('subtract', a, b, grid))).toEqual([-4, -2]);
  });

  it('ROIs on different planes meet on the image’s slices', () => {
    const a = Array.from({ length: 9 }, (_, n) => rectangle(0, 0, 10, 10, -8 + 2 * n));
    const b = Array.from({ length: 5 }, (_, n) => rectangle(5, 0, 15, 10, -5 + 3 * n));
    const result = combineContours('intersect', a, b, grid);
    // b's slabs reach from −6.5 to 8.5: the image's slices −6 … 8.
    expect(result.map((contour) => contour.points[2])).toEqual([-6, -4, -2, 0, 2, 4, 6, 8]);
    expect(volume(result)).toBeCloseTo(50 * 16 * 1e-3, 9);
  });

  it('with nothing: the other one, or nothing', () => {
    const a = [-2, 0, 2].map((z) => circle(0, 0, 5, z));
    expect(combine('union', a, [])).toBeCloseTo(volume(a), 6);
    expect(combine('subtract', a, [])).toBeCloseTo(volume(a), 6);
    expect(combineContours('intersect', a, [], grid)).toEqual([]);
    expect(combineContours('union', [], [], grid)).toEqual([]);
  });

  it('refuses planes that are not parallel', () => {
    const sagittal: Contour = { type: 'CLOSED_PLANAR', points: Float64Array.of(0, -6, -8, 0, 6, -8, 0, 6, 8) };
    expect(() => combineContours('union', [circle(0, 0, 5, 0)], [sagittal], grid)).toThrow(
      expect.objectContaining({ code: 'GEOMETRY', object: 'union' }),
    );
  });
});
