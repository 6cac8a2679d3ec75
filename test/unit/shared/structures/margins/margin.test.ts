import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';
import { expandContours } from '#shared/structures/margins/margin.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { circle, cube, rectangle, sphere } from '../shapes.ts';

const radii = (contours: readonly Contour[], centre: Vec3): [number, number] => {
  let [low, high] = [Infinity, -Infinity];
  for (const { points } of contours)
    for (let i = 0; i < points.length; i += 3) {
      const r = Math.hypot(points[i] - centre[0], points[i + 1] - centre[1], points[i + 2] - centre[2]);
      [low, high] = [Math.min(low, r), Math.max(high, r)];
    }
  return [low, high];
};
const cm3 = (contours: readonly Contour[]): number => measureRoi(contours)?.volume ?? 0;
const ball = (r: number): number => (4 / 3) * Math.PI * r ** 3 * 1e-3;

describe('expandContours', () => {
  const centre: Vec3 = [0.3, -0.2, 0];

  it.each([
    [1, 5],
    [2, 5],
    [1, -5],
    [2, -5],
    [2.5, -8],
    [1, 10],
  ])('sphere of 20 mm on planes of %s mm %s mm: every vertex within 0.5 mm', (spacing, mm) => {
    const grid = cube(100, 2 * Math.floor(40 / spacing) + 1, 1, spacing);
    const contours = expandContours(sphere(...centre, 20, spacing), mm, grid);
    const [low, high] = radii(contours, centre);
    expect(low).toBeGreaterThan(20 + mm - 0.5);
    expect(high).toBeLessThan(20 + mm + 0.5);
    expect(Math.abs(cm3(contours) / ball(20 + mm) - 1)).toBeLessThan(0.025);
    // It reaches the last plane inside the grown sphere.
    const top = Math.max(...contours.map((contour) => contour.points[2]));
    expect(top).toBeGreaterThanOrEqual(20 + mm - spacing);
    expect(top).toBeLessThanOrEqual(20 + mm);
  });

  it('planes of 3 mm: within 1 mm of the true sphere, the equator within 0.1 mm', () => {
    const grid = cube(100, 27, 1, 3);
    const contours = expandContours(sphere(...centre, 20, 3), 5, grid);
    const [low, high] = radii(contours, centre);
    expect(low).toBeGreaterThan(24.5);
    expect(high).toBeLessThan(26);
    const equator = contours.filter((contour) => contour.points[2] === 0);
    const [lowest, highest] = radii(equator, centre);
    expect(lowest).toBeGreaterThan(24.9);
    expect(highest).toBeLessThan(25.1);
  });

  it('a box grows round corners and edges, shrinks sharp ones', () => {
    const grid = cube(60, 31, 1, 2);
    const box = Array.from({ length: 11 }, (_, n) => rectangle(-10, -8, 10, 8, -10 + 2 * n));
    const grown = expandContours(box, 4, grid).find((contour) => contour.points[2] === 0);
    const xs = grown ? Array.from(grown.points).filter((_, i) => i % 3 === 0) : [];
    expect(Math.max(...xs)).toBeCloseTo(14, 1);
    // Area of the rounded rectangle: 20·16 + 2·4·(20 + 16) + π·4².
    expect((measureRoi(grown ? [grown] : [], grid)?.volume ?? 0) * 500).toBeGreaterThan(320 + 288 + Math.PI * 16 - 5); // 0.05 mm round the outline
    const shrunk = expandContours(box, -3, grid);
    // The box with its caps is 22 mm high: 16 mm remain, planes −8 … 8.
    expect([Math.min(...shrunk.map((c) => c.points[2])), Math.max(...shrunk.map((c) => c.points[2]))]).toEqual([-8, 8]);
    expect(
      measureRoi(
        shrunk.filter((c) => c.points[2] === 0),
        grid,
      )?.volume,
    ).toBeCloseTo(14 * 10 * 2e-3, 2);
  });

  it('grows monotonically; nothing by 0; shrinking can leave nothing', () => {
    const grid = cube(80, 41, 1, 2);
    const start = [...sphere(-6, 2, 0, 12, 2), ...sphere(9, 0, 4, 8, 2)];
    const volumes = [-30, -6, -3, 0, 2, 5, 9].map((mm) => cm3(expandContours(start, mm, grid)));
    expect(volumes[0]).toBe(0);
    volumes.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(volumes[i]));
    const union = rasterizeRoi(expandContours(start, 0, grid), grid).reduce((a, b) => a + b, 0) * 2e-3;
    expect(volumes[3]).toBeCloseTo(union, 1);
  });

  it('closes a hole narrower than twice the margin and keeps a wider one', () => {
    const grid = cube(80, 31, 1, 2);
    const ring = (inner: number): Contour[] =>
      Array.from({ length: 21 }, (_, n) => [circle(0, 0, 25, 2 * n - 20), circle(0, 0, inner, 2 * n - 20)]).flat();
    const middle = (contours: readonly Contour[]): number => contours.filter((c) => c.points[2] === 0).length;
    expect(middle(expandContours(ring(4), 5, grid))).toBe(1);
    expect(middle(expandContours(ring(8), 5, grid))).toBe(2);
  });

  it('stops at the image’s first and last slice', () => {
    const grid = cube(80, 11, 1, 2);
    const tops = expandContours(sphere(0, 0, 0, 9, 2), 6, grid).map((contour) => contour.points[2]);
    expect([Math.min(...tops), Math.max(...tops)]).toEqual([-10, 10]);
  });

  it('works alike in an oblique image and refuses planes oblique to it', () => {
    const turn = rigidFromParameters([15, 25, -35], [8, 9, 10]);
    const grid = cube(60, 31, 1, 2);
    const turned = sphere(0, 0, 0, 15, 2).map((contour): Contour => {
      const points = contour.points.slice();
      for (let i = 0; i < points.length; i += 3)
        points.set(transformPoint(turn, [points[i], points[i + 1], points[i + 2]]), i);
      return { ...contour, points };
    });
    const [low, high] = radii(expandContours(turned, 5, moveGrid(grid, turn)), transformPoint(turn, [0, 0, 0]));
    expect(low).toBeGreaterThan(19.5);
    expect(high).toBeLessThan(20.6);
    expect(() => expandContours(turned, 5, grid)).toThrow(expect.objectContaining({ code: 'GEOMETRY' }));
    expect(() => expandContours(turned, Number.NaN, grid)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(expandContours([], 5, grid)).toEqual([]);
  });
});
