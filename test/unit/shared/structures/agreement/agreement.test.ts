import { describe, expect, it } from 'vitest';
import type { Contour } from '#shared/model/structures.ts';
import { compareStructures } from '#shared/structures/agreement/agreement.ts';
import { circle, cube, rectangle, sphere } from '../shapes.ts';

const grid = cube(100, 61, 1, 1);
const compare = (a: readonly Contour[], b: readonly Contour[]) => compareStructures(a, b, grid);

describe('compareStructures', () => {
  it('a sphere with itself: nothing between them', () => {
    const ball = sphere(0, 0, 0, 15, 1);
    const { dice, meanSurfaceDistance, hausdorff, addedPathLength } = compare(ball, ball);
    expect(dice).toBeCloseTo(1, 9);
    expect(meanSurfaceDistance).toBeLessThan(1e-4);
    expect(hausdorff).toBeLessThan(1e-3);
    expect(addedPathLength).toBe(0);
  });

  it('concentric spheres of 15 and 18 mm: 3 mm everywhere', () => {
    const agreement = compare(sphere(0, 0, 0, 15, 1), sphere(0, 0, 0, 18, 1));
    // Slices of 1 mm place the poles to about 0.4 mm; the rest of the surface to 0.1 mm.
    expect(agreement.meanSurfaceDistance).toBeCloseTo(3, 1);
    expect(Math.abs(agreement.hausdorff95 - 3)).toBeLessThan(0.2);
    expect(Math.abs(agreement.hausdorff - 3)).toBeLessThan(0.5);
    // |A| ⊂ |B|: 2·15³ / (15³ + 18³).
    expect(agreement.dice).toBeCloseTo((2 * 15 ** 3) / (15 ** 3 + 18 ** 3), 2);
    expect(agreement.volume).toBeCloseTo((4 / 3) * Math.PI * 1.5 ** 3, 1);
  });

  it('spheres of 15 mm shifted by 4 mm: lens volume and the integral over the sphere', () => {
    const [r, d] = [15, 4];
    const agreement = compare(sphere(0, 0, 0, r, 1), sphere(d, 0, 0, r, 1));
    // Volume of the lens: π(2r − d)²(d² + 4dr)/(12d); distance from a point at polar angle θ: |√(r² + d² − 2rd cos θ) − r|.
    const lens = (Math.PI * (2 * r - d) ** 2 * (d * d + 4 * d * r)) / (12 * d);
    expect(agreement.dice).toBeCloseTo(lens / ((4 / 3) * Math.PI * r ** 3), 2);
    // cos θ is uniform over a sphere.
    const distances = Array.from({ length: 20_000 }, (_, n) =>
      Math.abs(Math.sqrt(r * r + d * d - 2 * r * d * ((n + 0.5) / 10_000 - 1)) - r),
    ).sort((x, y) => x - y);
    const mean = distances.reduce((sum, mm) => sum + mm, 0) / distances.length;
    expect(Math.abs(agreement.meanSurfaceDistance - mean)).toBeLessThan(0.1);
    expect(Math.abs(agreement.hausdorff95 - distances[Math.floor(0.95 * distances.length)])).toBeLessThan(0.15);
    expect(Math.abs(agreement.hausdorff - d)).toBeLessThan(0.2);
  });

  it('added path length of boxes: the edges that moved, and planes that are missing', () => {
    const box = (x1: number, planes: number): Contour[] =>
      Array.from({ length: planes }, (_, n) => rectangle(-10, -8, x1, 8, n - 5));
    // On each plane the right edge of 16 mm lies 5 mm off; of the 5 mm of both horizontal edges beyond it 4 mm lie more than a pixel off.
    expect(Math.abs(compare(box(10, 11), box(15, 11)).addedPathLength - 11 * (16 + 2 * 4))).toBeLessThan(11 * 4 * 0.5);
    expect(Math.abs(compare(box(10, 9), box(10, 11)).addedPathLength - 2 * 72)).toBeLessThan(0.01);
    expect(compare(box(10, 11), box(10.9, 11)).addedPathLength).toBe(0);
  });

  it('refuses nothing and planes that are not parallel, naming the structure', () => {
    const ball = sphere(0, 0, 0, 5, 1);
    expect(() => compareStructures(ball, [], grid, ['A', 'B'])).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', object: 'B' }),
    );
    const sagittal: Contour = { type: 'CLOSED_PLANAR', points: Float64Array.of(0, -6, -8, 0, 6, -8, 0, 6, 8) };
    expect(() => compareStructures([sagittal], [circle(0, 0, 5, 0)], grid, ['A', 'B'])).toThrow(
      expect.objectContaining({ code: 'GEOMETRY', object: 'A' }),
    );
  });
});
