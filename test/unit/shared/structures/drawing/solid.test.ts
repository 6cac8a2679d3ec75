import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rigidFromParameters, transformVector } from '#shared/geometry/affine.ts';
import { add, dot, length, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import { slicePlane } from '#shared/structures/drawing/brush.ts';
import {
  areaOf,
  combineRings,
  isInside,
  normaliseRings,
  type Ring,
  sweepDisc,
} from '#shared/structures/contours/rings.ts';
import { type DrawPlane, extrudedSolid, type Solid, slicesReached } from '#shared/structures/drawing/solid.ts';
import { sweptBall } from '#shared/structures/drawing/solidBall.ts';
import { solidStroke } from '#shared/structures/drawing/solidStroke.ts';
import { cube } from '../shapes.ts';

const grid = cube(120, 121, 1, 1);

/** Volume in mm³: areas of the sections by the slices, times their distance. */
function volumeOf(solid: Solid, onGrid = grid): number {
  const [first, last] = slicesReached(solid, onGrid);
  let sum = 0;
  for (let k = first; k <= last; k++) sum += areaOf(solid.section(slicePlane(onGrid, k))) * onGrid.spacing[2];
  return sum;
}

const CORONAL: DrawPlane = { u: [1, 0, 0], v: [0, 0, -1], normal: [0, 1, 0], offset: 5 };
/** The coronal plane turned about the patient's left–right axis. */
function tilted(degrees: number, offset = 5): DrawPlane {
  const turn = rigidFromParameters([degrees, 0, 0], [0, 0, 0]);
  const [u, v, normal] = [CORONAL.u, CORONAL.v, CORONAL.normal].map((axis) => transformVector(turn, axis));
  return { u, v, normal, offset };
}
const disc = (radius: number, u = 0, v = 0): Ring[] => sweepDisc(Float64Array.of(u, v), radius);
const angle = fc.double({ min: -90, max: 90, noNaN: true });

describe('a shape drawn across the slices', () => {
  it('on the coronal plane is a strip of the slab’s thickness on each slice, as wide as the shape there', () => {
    const solid = extrudedSolid(CORONAL, disc(20), 3);
    for (const z of [-19, -7, 0, 12]) {
      const [strip, ...rest] = solid.section(slicePlane(grid, z + 60));
      expect(rest).toEqual([]);
      const [xs, ys] = [0, 1].map((axis) => Array.from(strip).filter((_, i) => i % 2 === axis));
      const half = Math.sqrt(400 - z * z);
      expect(Math.max(...xs)).toBeCloseTo(half, 1);
      expect(Math.min(...xs)).toBeCloseTo(-half, 1);
      expect([Math.min(...ys), Math.max(...ys)]).toEqual([3.5, 6.5]);
    }
    expect(solid.section(slicePlane(grid, 60 + 21))).toEqual([]);
    // Summed over slices of 1 mm a disc's area is right to the ends' half slices: 0.5 %.
    expect(Math.abs(volumeOf(solid) / (Math.PI * 400 * 3) - 1)).toBeLessThan(0.005);
  });

  it.each([0, 0.5, 3, 20, 45, 70, 87, 89.9])('tilted by %s° has its volume', (degrees) => {
    // Thick, so that even a plane nearly along the slices meets many of them: area × thickness.
    const solid = extrudedSolid(tilted(degrees), disc(20, 4, 3), 16);
    expect(Math.abs(volumeOf(solid) / (Math.PI * 400 * 16) - 1)).toBeLessThan(0.01);
  });

  it('on a slice is that slice only, whichever way round the plane is seen', () => {
    for (const sign of [1, -1]) {
      const plane: DrawPlane = { u: [sign, 0, 0], v: [0, 1, 0], normal: [0, 0, sign], offset: 7 * sign };
      const solid = extrudedSolid(plane, disc(10, 20 * sign, 0), 1);
      const areas = [66, 67, 68].map((k) => areaOf(solid.section(slicePlane(grid, k))));
      expect(areas[0]).toBe(0);
      expect(areas[1]).toBeCloseTo(Math.PI * 100, -0.5);
      expect(areas[2]).toBe(0);
      expect(isInside(solid.section(slicePlane(grid, 67)), 20, 0)).toBe(true);
    }
  });

  it('property: a point is in the section exactly when it is in the slab and in the shape; holes stay holes', () => {
    const ring = combineRings('subtract', disc(25), disc(9, 3, -2));
    const place = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(angle, fc.integer({ min: 35, max: 85 }), place, place, (degrees, k, x, y) => {
        const plane = tilted(degrees, 2);
        const solid = extrudedSolid(plane, ring, 9);
        const slice = slicePlane(grid, k);
        const point: Vec3 = [x, y, slice.offset];
        const depth = Math.abs(dot(point, plane.normal) - plane.offset);
        const [u, v] = [dot(point, plane.u), dot(point, plane.v)];
        // 0.1 mm beside an edge either answer is right: arcs are drawn to 0.01 mm, thin bands cut as lines.
        const edges = [Math.hypot(u, v) - 25, Math.hypot(u - 3, v + 2) - 9, depth - 4.5];
        fc.pre(edges.every((edge) => Math.abs(edge) > 0.1));
        const inside = depth < 4.5 && Math.hypot(u, v) < 25 && Math.hypot(u - 3, v + 2) > 9;
        expect(isInside(solid.section(slice), x, y)).toBe(inside);
        expect(areaOf(solid.section(slice))).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a swept ball', () => {
  it.each([
    ['resting', [0, 0, 0], [0, 0, 0]],
    ['along a slice', [-10, 3, 0.5], [22, 8, 0.5]],
    ['through the slices', [1, 2, -20], [1, 2, 24]],
    ['obliquely', [-12, -9, -15], [14, 10, 19]],
  ] as const)('%s has the volume of its capsule', (_name, from, to) => {
    const r = 14;
    const capsule = Math.PI * r * r * length(subtract(to, from)) + (4 / 3) * Math.PI * r ** 3;
    // Inscribed by 0.02 mm at most: 0.02 · 3 / 14 of a ball, a third of that on the mean; and the sum over slices.
    expect(Math.abs(volumeOf(sweptBall(from, to, r)) / capsule - 1)).toBeLessThan(0.004);
  });

  it('property: the section holds what is within the radius of the way, on slices of a turned image too', () => {
    const coordinate = fc.double({ min: -20, max: 20, noNaN: true });
    const point = fc.tuple(coordinate, coordinate, coordinate);
    fc.assert(
      fc.property(point, point, point, fc.double({ min: 2, max: 25, noNaN: true }), (from, to, at, r) => {
        const turned = moveGrid(grid, rigidFromParameters([20, -30, 10], [0, 0, 0]));
        const k = 60 + Math.round(at[2]);
        const slice = slicePlane(turned, k);
        const p = add(add(scale(slice.u, at[0]), scale(slice.v, at[1])), scale(slice.normal, slice.offset));
        const way = subtract(to, from);
        const t = Math.max(0, Math.min(1, dot(subtract(p, from), way) / Math.max(1e-12, dot(way, way))));
        const distance = length(subtract(p, add(from, scale(way, t))));
        // Where the slice grazes the ball, 0.02 mm of the outline are more of the distance in space: never more of it.
        fc.pre(Math.abs(distance - r) > 0.03);
        expect(isInside(sweptBall(from, to, r).section(slice), at[0], at[1])).toBe(distance < r);
      }),
      { numRuns: 300 },
    );
  });
});

describe('strokes', () => {
  it('hold the union of their pieces, merged or waiting', () => {
    const stroke = solidStroke(grid);
    const way: Vec3[] = Array.from({ length: 40 }, (_, i) => [i - 20, 10 * Math.sin(i / 5), 0]);
    for (let i = 1; i < way.length; i++) stroke.add(sweptBall(way[i - 1], way[i], 6));
    const waiting = normaliseRings(
      stroke.piecesAt(63).reduce<Ring[]>((all, rings) => combineRings('union', all, rings), []),
    );
    stroke.settle(() => false);
    expect(stroke.piecesAt(63)).toHaveLength(1);
    expect(areaOf(stroke.ringsAt(63))).toBeCloseTo(areaOf(waiting), 1);
    expect(stroke.slices()).toEqual(Array.from({ length: 13 }, (_, i) => 54 + i).slice(1, 12));
  });

  it('property: adding a solid and cutting the same leaves what was outside it', () => {
    const start = disc(22, 5, 0);
    fc.assert(
      fc.property(angle, fc.double({ min: 2, max: 30, noNaN: true }), (degrees, radius) => {
        const solid = extrudedSolid(tilted(degrees), disc(radius), 6);
        for (const k of [50, 60, 66]) {
          const shape = solid.section(slicePlane(grid, k));
          const both = combineRings('subtract', combineRings('union', start, shape), shape);
          const outside = areaOf(combineRings('subtract', start, shape));
          expect(Math.abs(areaOf(both) - outside)).toBeLessThan(0.01);
          expect(areaOf(combineRings('intersect', both, shape))).toBeLessThan(0.01);
        }
      }),
      { numRuns: 40 },
    );
  });
});
