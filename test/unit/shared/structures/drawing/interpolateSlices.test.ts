import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Contour } from '#shared/model/structures.ts';
import { interpolateSlices } from '#shared/structures/drawing/interpolateSlices.ts';
import { circle, cube, sphere } from '../shapes.ts';

const grid = cube(120, 81, 1, 1);

/** Greatest difference of a contour's vertices from a circle of radius r about (x, y). */
const offCircle = ({ points }: Contour, x: number, y: number, r: number): number => {
  let worst = 0;
  for (let i = 0; i < points.length; i += 3)
    worst = Math.max(worst, Math.abs(Math.hypot(points[i] - x, points[i + 1] - y) - r));
  return worst;
};
const at = (contours: readonly Contour[], z: number): Contour[] =>
  contours.filter((contour) => Math.abs(contour.points[2] - z) < 1e-6);

describe('interpolateSlices', () => {
  it('an oblique cone drawn every 10 mm: every slice between is the cone’s, and only those are made', () => {
    const drawn = [-20, -10, 0, 10, 20].map((z) => circle(z / 2, -z / 4, 20 + z / 2, z));
    const { contours, warnings } = interpolateSlices(drawn, grid);
    expect(warnings).toEqual([]);
    expect(contours).toHaveLength(36);
    for (const contour of contours) {
      const z = contour.points[2];
      expect(z % 10).not.toBe(0);
      // Distances on a lattice of 1 mm, interpolated: 0.1 mm.
      expect(offCircle(contour, z / 2, -z / 4, 20 + z / 2)).toBeLessThan(0.1);
    }
  });

  it('a tube that shifts by more than its width between planes keeps its size', () => {
    const { contours } = interpolateSlices([circle(-15, 0, 6, -10), circle(15, 5, 6, 10)], grid);
    expect(contours).toHaveLength(19);
    for (const contour of contours) {
      const z = contour.points[2];
      expect(offCircle(contour, 1.5 * z, 2.5 + z / 4, 6)).toBeLessThan(0.1);
    }
  });

  it('a sphere drawn every 5 mm: radii as chords of its profile', () => {
    const all = sphere(0, 0, 0, 30, 1);
    const drawn = all.filter((contour) => contour.points[2] % 5 === 0);
    const { contours } = interpolateSlices(drawn, grid);
    const profile = (z: number): number => Math.sqrt(900 - z * z);
    for (const contour of contours) {
      const z = contour.points[2];
      const low = 5 * Math.floor(z / 5);
      const f = (z - low) / 5;
      expect(offCircle(contour, 0, 0, (1 - f) * profile(low) + f * profile(low + 5))).toBeLessThan(0.1);
    }
    // Chords lose at most h²/8r of the radius near the equator, more at the poles: 2 % of the volume between ±25 mm.
    const whole = measureRoi(all.filter((contour) => Math.abs(contour.points[2]) <= 25))?.volume ?? 0;
    expect((measureRoi([...drawn, ...contours])?.volume ?? 0) / whole).toBeGreaterThan(0.98);
    expect((measureRoi([...drawn, ...contours])?.volume ?? 0) / whole).toBeLessThan(1);
  });

  it('a trunk that branches in two: one outline near the trunk, two near the branches', () => {
    const drawn = [circle(0, 0, 20, 0), circle(-12, 0, 7, 10), circle(12, 0, 7, 10)];
    const { contours, warnings } = interpolateSlices(drawn, grid);
    expect(warnings).toEqual([]);
    expect(at(contours, 1)).toHaveLength(1);
    expect(at(contours, 9)).toHaveLength(2);
    // Two tubes side by side stay two, each with its own centroid.
    const tubes = interpolateSlices(
      [-5, 5].flatMap((z) => [circle(-20 + z, 0, 8, z), circle(20 - z, 0, 8, z)]),
      grid,
    );
    expect(at(tubes.contours, 2)).toHaveLength(2);
    for (const contour of at(tubes.contours, 2))
      expect(offCircle(contour, contour.points[0] < 0 ? -18 : 18, 0, 8)).toBeLessThan(0.1);
  });

  it('holes go on, and stay holes', () => {
    const drawn = [0, 10].flatMap((z) => [circle(0, 0, 20, z), circle(0, 0, 8 + z / 5, z)]);
    const middle = at(interpolateSlices(drawn, grid).contours, 5);
    expect(middle).toHaveLength(2);
    // A ring of 20 and 9 mm on a slab of 1 mm.
    expect(measureRoi(middle, grid)?.volume).toBeCloseTo(Math.PI * (400 - 81) * 1e-3, 2);
  });

  it('says what it leaves open: a part that ends, a gap too wide', () => {
    const ends = interpolateSlices([circle(0, 0, 10, 0), circle(30, 0, 5, 0), circle(0, 0, 10, 6)], grid, 'GTV');
    expect(ends.warnings).toEqual([
      'GTV: 1 part(s) without a counterpart end between 0.0 and 6.0 mm; draw them where they go on',
    ]);
    expect(ends.contours).toHaveLength(5);
    const wide = interpolateSlices([circle(0, 0, 10, -30), circle(0, 0, 10, 30)], grid, 'GTV');
    expect(wide.warnings).toEqual([
      'GTV: the gap of 60.0 mm between -30.0 and 30.0 mm is left open; draw a contour within it',
    ]);
    expect(wide.contours).toEqual([]);
    expect(interpolateSlices([], grid)).toEqual({ contours: [], warnings: [] });
  });

  it('refuses contours that are not on the image’s slices', () => {
    const sagittal: Contour = { type: 'CLOSED_PLANAR', points: Float64Array.of(0, -6, -8, 0, 6, -8, 0, 6, 8) };
    expect(() => interpolateSlices([sagittal], grid, 'GTV')).toThrow(
      expect.objectContaining({ code: 'GEOMETRY', object: 'GTV' }),
    );
  });
});
