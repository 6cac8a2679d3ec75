import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Contour } from '#shared/model/structures.ts';
import { fillHoles, hollowOut, partVolumes, removeSpecks } from '#shared/segmentation/cleanUp.ts';
import { cropHalfSpace, cropSlices, slicesOf } from '#shared/segmentation/crop.ts';
import { smoothContours } from '#shared/segmentation/smooth.ts';
import { compareStructures } from '#shared/structures/agreement/agreement.ts';
import { seeded } from '#test/builders/random.ts';
import { circle, cube, rectangle, sphere } from '../structures/shapes.ts';
import { ballVolume } from './images.ts';

const grid = cube(101, 41, 1, 2);
const volumeOf = (contours: readonly Contour[]): number => measureRoi(contours, grid)?.volume ?? 0;

describe('specks', () => {
  const big = sphere(0, 0, 0, 20, 2);
  const small = sphere(35, 0, 10, 4, 2);
  const tiny = [circle(-30, 0, 1, 6)];

  it('parts are counted in space, largest first', () => {
    const [first, second, third, ...rest] = partVolumes([...tiny, ...small, ...big], grid);
    expect(rest).toEqual([]);
    expect(first / ballVolume(20)).toBeCloseTo(1, 1.5);
    expect(Math.abs(second / ballVolume(4) - 1)).toBeLessThan(0.08); // slabs of 2 mm at its ends
    expect(third).toBeCloseTo((Math.PI * 2) / 1000, 4);
  });

  it('small ones go; slices without any keep the very contours they had', () => {
    const { contours, count, volume } = removeSpecks([...tiny, ...small, ...big], grid, { smallest: 0.1 });
    expect(count).toBe(1);
    expect(volume).toBeCloseTo(0.00628, 4);
    for (const contour of small) expect(contours).toContain(contour);
    for (const contour of big.filter(({ points }) => points[2] !== 6)) expect(contours).toContain(contour);
    expect(volumeOf(contours)).toBeCloseTo(volumeOf([...small, ...big]), 3);
  });

  it('only the largest stays', () => {
    const { contours, count } = removeSpecks([...tiny, ...small, ...big], grid, { keep: 1 });
    expect(count).toBe(2);
    expect(volumeOf(contours)).toBeCloseTo(volumeOf(big), 3);
  });

  it('refuses to take everything', () => {
    expect(() => removeSpecks(small, grid, { smallest: 5 })).toThrow(/nothing would be left/);
  });
});

describe('holes', () => {
  // A cylinder with a closed cavity of 8 mm, and all through another part of it a tube.
  const rod = Array.from({ length: 21 }, (_, n) => circle(0, 0, 20, 2 * n - 20));
  const cavity = sphere(-6, 0, 0, 8, 2);
  const tube = Array.from({ length: 21 }, (_, n) => circle(10, 0, 2, 2 * n - 20));

  it('slice by slice all go', () => {
    const { contours, count } = fillHoles([...rod, ...cavity, ...tube], grid, { dimension: 2 });
    expect(count).toBe(cavity.length + tube.length);
    expect(volumeOf(contours)).toBeCloseTo(volumeOf(rod), 3);
  });

  it('in space only the closed cavity goes; the tube is open at its ends', () => {
    const { contours, volume } = fillHoles([...rod, ...cavity, ...tube], grid, { dimension: 3 });
    expect(volume).toBeCloseTo(volumeOf(cavity), 3);
    expect(volumeOf(contours)).toBeCloseTo(volumeOf([...rod, ...tube]), 3);
  });

  it('larger ones stay', () => {
    const { count } = fillHoles([...rod, ...cavity, ...tube], grid, { dimension: 2, largest: 15 });
    // The tube has 12.6 mm²; so have the cavity's ends.
    expect(count).toBeGreaterThanOrEqual(tube.length);
    expect(count).toBeLessThan(tube.length + cavity.length);
    expect(fillHoles([...rod, ...cavity], grid, { dimension: 3, largest: 1 }).count).toBe(0);
  });

  it('an island in a filled hole is swallowed', () => {
    const rings = [circle(0, 0, 20, 0), circle(0, 0, 12, 0), circle(0, 0, 4, 0)];
    const { contours } = fillHoles(rings, grid, { dimension: 2 });
    expect(volumeOf(contours)).toBeCloseTo(volumeOf(rings.slice(0, 1)), 4);
  });
});

describe('crop', () => {
  const ball = sphere(0, 0, 0, 20, 2);

  it('to a range of slices', () => {
    // Slice 20 lies at 0.
    const kept = cropSlices(ball, grid, 20, 24);
    expect(new Set(kept.map(({ points }) => points[2]))).toEqual(new Set([0, 2, 4, 6, 8]));
    expect(slicesOf(kept, grid)).toEqual([20, 24]);
  });

  it.each([
    [0, 'below'],
    [1, 'above'],
  ] as const)('to one side of a plane across axis %i (%s): half of it', (axis, keep) => {
    const half = cropHalfSpace(ball, grid, { axis, keep, at: 0 });
    expect(volumeOf(half)).toBeCloseTo(volumeOf(ball) / 2, 3);
    const side = keep === 'below' ? 1 : -1;
    for (const { points } of half)
      for (let i = 0; i < points.length; i += 3) expect(side * points[i + axis]).toBeLessThan(1e-3);
  });

  it('what lies wholly on the side that stays is the same object', () => {
    const cropped = cropHalfSpace(ball, grid, { axis: 0, keep: 'below', at: 10 });
    for (const contour of ball.filter(({ points }) => points.every((x, i) => i % 3 !== 0 || x < 10)))
      expect(cropped).toContain(contour);
  });
});

describe('hollow', () => {
  it('leaves the wall', () => {
    const wall = hollowOut(sphere(0, 0, 0, 20, 2), 4, grid);
    expect(volumeOf(wall) / (ballVolume(20) - ballVolume(16))).toBeCloseTo(1, 1);
  });
});

describe('smoothing', () => {
  const random = seeded(5);
  /** A ball whose outline is ragged by ±1.5 mm from vertex to vertex and whose slices are shifted by up to 1 mm. */
  const ragged = sphere(0, 0, 0, 18, 2).map((contour) => {
    const [dx, dy] = [2 * random() - 1, 2 * random() - 1];
    const points = contour.points.map((value, i) => {
      if (i % 3 === 2) return value;
      return value + (i % 3 === 0 ? dx : dy) + 3 * (random() - 0.5);
    });
    return { ...contour, points };
  });

  it.each([2, 3] as const)('in %i dimensions keeps the volume within 0.2 %', (dimension) => {
    const { before, after } = smoothContours(ragged, grid, { sigma: 3, dimension });
    expect(Math.abs(after / before - 1)).toBeLessThan(0.002);
  });

  it('comes nearer to the ball it was', () => {
    const ball = sphere(0, 0, 0, 18, 2);
    const { contours } = smoothContours(ragged, grid, { sigma: 3, dimension: 3 });
    const rough = compareStructures(ragged, ball, grid);
    const smooth = compareStructures(contours, ball, grid);
    expect(smooth.meanSurfaceDistance).toBeLessThan(0.6 * rough.meanSurfaceDistance);
    expect(smooth.dice).toBeGreaterThan(0.975);
  });

  it('rounds the corners of a box and leaves its faces where they were', () => {
    const box = Array.from({ length: 21 }, (_, n) => rectangle(-20, -20, 20, 20, 2 * n - 20));
    const { contours } = smoothContours(box, grid, { sigma: 2, dimension: 3 });
    const middle = contours.find(({ points }) => points[2] === 0)?.points ?? [];
    const xs = [...middle].filter((_, i) => i % 3 === 0);
    expect(Math.max(...xs)).toBeGreaterThan(19.7);
    expect(Math.max(...xs)).toBeLessThan(20.8);
    const reach = Math.max(...xs.map((x, i) => Math.hypot(x, middle[3 * i + 1])));
    expect(reach).toBeLessThan(27.3); // 28.3 at a sharp corner
  });

  it('of chosen slices leaves the others as they are', () => {
    const { contours } = smoothContours(ragged, grid, { sigma: 2, dimension: 2, slices: [19, 21] });
    const others = ragged.filter(({ points }) => Math.abs(points[2]) > 2.5);
    for (const contour of others) expect(contours).toContain(contour);
    expect(contours).toHaveLength(ragged.length);
  });
});
