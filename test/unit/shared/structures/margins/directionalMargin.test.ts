import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Contour } from '#shared/model/structures.ts';
import { expandDirectionally } from '#shared/structures/margins/directionalMargin.ts';
import { expandContours } from '#shared/structures/margins/margin.ts';
import { cube, rectangle, sphere } from '../shapes.ts';

const grid = cube(80, 61, 1, 1);
const box = Array.from({ length: 21 }, (_, n) => rectangle(-10, -8, 10, 8, n - 10));
const extents = (contours: readonly Contour[]): number[] =>
  [0, 1, 2].flatMap((axis) => {
    const values = contours.flatMap(({ points }) => Array.from(points).filter((_, i) => i % 3 === axis));
    return [Math.min(...values), Math.max(...values)];
  });
const grow = (contours: readonly Contour[], rest: number, margins: Record<string, number>): Contour[] =>
  expandDirectionally(contours, rest, new Map(Object.entries(margins)), grid);
const expectNear = (values: readonly number[], wanted: readonly number[], mm: number): void => {
  values.forEach((value, i) => expect(Math.abs(value - wanted[i])).toBeLessThan(mm));
};

describe('expandDirectionally', () => {
  it('a box in the patient’s directions: LPS x grows to the left, y posterior, z superior', () => {
    const margins = { left: 6, right: 2, posterior: 3, anterior: 5, superior: 4, inferior: 7 };
    // Contours lie on slices: 10.5 + 4 and −10.5 − 7 mm hold 14 and −17.
    expectNear(extents(grow(box, 0, margins)), [-12, 16, -13, 11, -17, 14], 0.1);
    expectNear(extents(grow(box, 0, { left: 6 })), [-10, 16, -8, 8, -10, 10], 0.1);
    const inner = { left: -6, right: -2, posterior: -3, anterior: -5, superior: -4, inferior: -7 };
    expectNear(extents(grow(box, 0, inner)), [-8, 4, -3, 5, -3, 6], 0.1);
  });

  it('a small sphere becomes eight eighths of ellipsoids', () => {
    const [r, margins] = [2, { left: 12, right: 4, posterior: 8, anterior: 6, superior: 10, inferior: 5 }];
    const volume = measureRoi(grow(sphere(0, 0, 0, r, 1), 0, margins), grid)?.volume ?? 0;
    // The solid's own volume is π/6·(12 + 4)(8 + 6)(10 + 5) mm³. With a ball of r added it is at least that of balls of the same volumes
    // added (Brunn–Minkowski), and a little more for not being round; 7 % of r below for a ball of 2 mm drawn on slices of 1 mm.
    const solid = (Math.PI / 6) * 16 * 14 * 15 * 1e-3;
    const radius = Math.cbrt((3 * solid) / (4 * Math.PI));
    expect(volume).toBeGreaterThan(solid * (1 + (0.93 * r) / 10 / radius) ** 3);
    expect(volume).toBeLessThan(solid * (1 + (1.1 * r) / 10 / radius) ** 3);
  });

  it.each([6, -6])('equal margins of %s mm give what the margin in all directions gives', (mm) => {
    const start = sphere(0.3, -0.2, 0, 16, 1);
    const [all, own] = [expandContours(start, mm, grid), grow(start, mm, {})];
    const volume = measureRoi(all, grid)?.volume ?? 0;
    // 0.1 mm on the surface.
    const slack = 0.1 * 4 * Math.PI * (16 + mm) ** 2 * 1e-3;
    expect(Math.abs((measureRoi(own, grid)?.volume ?? 0) - volume)).toBeLessThan(slack);
    expectNear(extents(own), extents(all), 0.3);
  });

  it('refuses margins that grow and shrink at once, and an image oblique to the patient', () => {
    expect(() => grow(box, 0, { left: 3, right: -2 })).toThrow(expect.objectContaining({ code: 'USAGE' }));
    const [c, s] = [Math.cos(0.2), Math.sin(0.2)];
    const turned = { ...grid, direction: [c, s, 0, -s, c, 0, 0, 0, 1] };
    expect(() => expandDirectionally(box, 3, new Map(), turned)).toThrow(expect.objectContaining({ code: 'GEOMETRY' }));
    expect(grow([], 3, {})).toEqual([]);
  });
});
