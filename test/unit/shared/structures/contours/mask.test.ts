import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { circle, cube, rectangle, sphere, total } from '../shapes.ts';

const move = rigidFromParameters([25, -40, 15], [12, -7, 30]);
const moved = (contour: Contour): Contour => {
  const points = new Float64Array(contour.points.length);
  for (let i = 0; i < points.length; i += 3)
    points.set(transformPoint(move, Array.from(contour.points.subarray(i, i + 3)) as unknown as Vec3), i);
  return { ...contour, points };
};
const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((worst, value, p) => Math.max(worst, Math.abs(value - b[p])), 0);

describe('rasterizeRoi', () => {
  it('a contour fills its slab: half of the voxels that straddle it', () => {
    const grid = cube(8, 6, 1, 2);
    // Planes at −3, 0, 3: slabs −4.5…4.5; voxels span −6…−4, −4…−2, … 4…6.
    const mask = rasterizeRoi(
      [-3, 0, 3].map((z) => rectangle(-2, -2, 2, 2, z)),
      grid,
    );
    const column = Array.from({ length: 6 }, (_, k) => mask[4 + 8 * (4 + 8 * k)]);
    expect(column).toEqual([0.25, 1, 1, 1, 1, 0.25]);
    expect(total(mask, grid)).toBeCloseTo(16 * 9, 5);
  });

  it('volumes are Σ area × slab for spheres at any place and spacing', () => {
    const grid = cube(60, 50, 1, 1.3);
    const place = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(place, place, place, fc.double({ min: 0.8, max: 4, noNaN: true }), (x, y, z, spacing) => {
        const contours = sphere(x, y, z, 17, spacing);
        const slices = contours.map(({ points }) => {
          const r = Math.hypot(points[0] - x, points[1] - y);
          return 90 * r * r * Math.sin((2 * Math.PI) / 180);
        });
        const expected = slices.reduce((sum, area) => sum + area * spacing, 0);
        expect(total(rasterizeRoi(contours, grid), grid) / expected).toBeCloseTo(1, 4);
      }),
      { numRuns: 15 },
    );
  });

  it('holes, keyholes and XOR contours are left out; a twin contour does not erase the structure', () => {
    const grid = cube(30, 1, 1, 2);
    const area = (contours: readonly Contour[]): number => total(rasterizeRoi(contours, grid), grid) / 2;
    const [outer, inner] = [rectangle(-10, -10, 10, 10), rectangle(-3, -3, 5, 5)];
    expect(area([outer, inner])).toBeCloseTo(400 - 64, 4);
    expect(
      area([
        { ...outer, type: 'CLOSEDPLANAR_XOR' },
        { ...inner, type: 'CLOSEDPLANAR_XOR' },
      ]),
    ).toBeCloseTo(336, 4);
    // An island in the hole.
    expect(area([outer, inner, rectangle(0, 0, 2, 2)])).toBeCloseTo(340, 4);
    expect(area([outer, outer])).toBeCloseTo(400, 4);
  });

  it('points and open contours have no interior', () => {
    const grid = cube(10, 1, 1, 1);
    const open: Contour = { ...rectangle(-3, -3, 3, 3), type: 'OPEN_PLANAR' };
    expect(total(rasterizeRoi([open, { type: 'POINT', points: Float64Array.of(0, 0, 0) }], grid), grid)).toBe(0);
    expect(total(rasterizeRoi([], grid), grid)).toBe(0);
  });

  it('turning contours and grid together changes nothing', () => {
    const grid = cube(40, 14, 1, 2.5);
    const contours = [...sphere(1.3, -2.1, 0.4, 13, 2.5), circle(0, 0, 4, 0)];
    const straight = rasterizeRoi(contours, grid);
    const turned = rasterizeRoi(contours.map(moved), moveGrid(grid, move));
    expect(largestDifference(straight, turned)).toBeLessThan(1e-4);
  });

  it('planes oblique to the grid: volume within 1 %, voxels within 0.2 of the straight sphere', () => {
    const grid = cube(34, 34, 1, 1);
    const straight = rasterizeRoi(sphere(0, 0, 0, 13, 0.2), grid);
    const turn = rigidFromParameters([30, 20, 0], [0, 0, 0]);
    const oblique = sphere(0, 0, 0, 13, 0.2).map((contour) => {
      const points = contour.points.slice();
      for (let i = 0; i < points.length; i += 3)
        points.set(transformPoint(turn, [points[i], points[i + 1], points[i + 2]]), i);
      return { ...contour, points };
    });
    const mask = rasterizeRoi(oblique, grid);
    expect(Math.abs(total(mask, grid) / total(straight, grid) - 1)).toBeLessThan(0.01);
    expect(largestDifference(mask, straight)).toBeLessThan(0.2);
  });

  it('sagittal contours on an axial grid', () => {
    const grid = cube(40, 20, 1, 2);
    const sagittal = [-2, 0, 2].map(
      (x): Contour => ({ type: 'CLOSED_PLANAR', points: Float64Array.of(x, -6, -8, x, 6, -8, x, 6, 8, x, -6, 8) }),
    );
    expect(total(rasterizeRoi(sagittal, grid), grid) / (6 * 12 * 16)).toBeCloseTo(1, 2);
  });

  it('refuses by name what it cannot fill', () => {
    const grid = cube(10, 10, 1, 1);
    const bent: Contour = { type: 'CLOSED_PLANAR', points: Float64Array.of(0, 0, 0, 9, 0, 0, 9, 9, 5, 0, 9, 0) };
    expect(() => rasterizeRoi([bent], grid)).toThrow(
      expect.objectContaining({ code: 'GEOMETRY', attribute: 'ContourData' }),
    );
    const crossed = [
      rectangle(-3, -3, 3, 3, 0),
      { type: 'CLOSED_PLANAR' as const, points: Float64Array.of(0, -3, -3, 0, 3, -3, 0, 3, 3) },
    ];
    expect(() => rasterizeRoi(crossed, grid)).toThrow(expect.objectContaining({ code: 'GEOMETRY' }));
    const broken: Contour = { type: 'CLOSED_PLANAR', points: Float64Array.of(0, 0, 0, 9, Number.NaN, 0, 9, 9, 0) };
    expect(() => rasterizeRoi([broken], grid)).toThrow(expect.objectContaining({ code: 'GEOMETRY' }));
  });

  it('a body of 100 slices of 512 × 512 has its polygon’s volume', () => {
    const grid = cube(512, 100, 1, 3);
    const contours = Array.from({ length: 100 }, (_, k) => circle(3.3, 2.1, 200, grid.origin[2] + 3 * k, 500));
    const mask = rasterizeRoi(contours, grid);
    expect(total(mask, grid) / (300 * 250 * 200 * 200 * Math.sin((2 * Math.PI) / 500))).toBeCloseTo(1, 5);
  });
});
