import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexToPatient, moveGrid } from '#shared/geometry/volume.ts';
import { rigidFromParameters } from '#shared/geometry/affine.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';
import { type EditPlane, editContours, projectPath, slicePlane } from '#shared/structures/drawing/brush.ts';
import { closeStroke } from '#shared/structures/drawing/freehand.ts';
import { areaOf, isInside, normaliseRings, type Ring, sweepDisc } from '#shared/structures/contours/rings.ts';
import { ringOf } from '#shared/structures/contours/stack.ts';
import { circle, cube, rectangle } from '../shapes.ts';

const grid = cube(100, 21, 1, 2);
const plane = slicePlane(grid, 10);
/** What a round brush covers when dragged along a path. */
const brushShape = (path: readonly Vec3[], radius: number, on: EditPlane): Ring[] =>
  sweepDisc(projectPath(path, on), radius);
const onPlane = (points: readonly (readonly [number, number])[]): Vec3[] => points.map(([x, y]) => [x, y, 0]);
const area = (contours: readonly Contour[]): number =>
  areaOf(normaliseRings(contours.filter((c) => Math.abs(c.points[2]) < 1).map((c) => ringOf(c, plane))));

/** Largest distance of `points` from the outline of `rings`. */
const deviation = (points: readonly Vec3[], rings: readonly Ring[]): number =>
  Math.max(
    ...points.map(([x, y]) => {
      let best = Infinity;
      for (const ring of rings)
        for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
          const [ex, ey] = [ring[i] - ring[j], ring[i + 1] - ring[j + 1]];
          const t = Math.max(0, Math.min(1, ((x - ring[j]) * ex + (y - ring[j + 1]) * ey) / (ex * ex + ey * ey)));
          best = Math.min(best, Math.hypot(x - ring[j] - t * ex, y - ring[j + 1] - t * ey));
        }
      return best;
    }),
  );

describe('brush', () => {
  it('a click paints the disc, a drag the swept disc', () => {
    expect(areaOf(brushShape([[3, 4, 0]], 10, plane))).toBeCloseTo(Math.PI * 100, -0.5);
    expect(
      areaOf(
        brushShape(
          onPlane([
            [0, 0],
            [20, 0],
          ]),
          10,
          plane,
        ),
      ),
    ).toBeCloseTo(Math.PI * 100 + 400, -0.5);
  });

  it('adds, takes away, makes and keeps holes', () => {
    const painted = editContours([], plane, brushShape([[0, 0, 0]], 20, plane), 'add');
    expect(painted).toHaveLength(1);
    const holed = editContours(painted, plane, brushShape([[0, 0, 0]], 6, plane), 'subtract');
    expect(holed).toHaveLength(2);
    expect(area(holed)).toBeCloseTo(Math.PI * (400 - 36), -0.5);
    const extended = editContours(holed, plane, brushShape([[20, 0, 0]], 5, plane), 'add');
    expect(extended).toHaveLength(2);
    expect(area(editContours(extended, plane, brushShape([[0, 0, 0]], 50, plane), 'subtract'))).toBe(0);
  });

  it('leaves other planes, points and open contours as the same objects', () => {
    const others: Contour[] = [circle(0, 0, 9, 2), { type: 'POINT', points: Float64Array.of(1, 2, 0) }];
    const edited = editContours([...others, circle(0, 0, 9, 0)], plane, brushShape([[9, 0, 0]], 4, plane), 'add');
    expect(edited.slice(0, 2)).toEqual(others);
    expect(edited[0]).toBe(others[0]);
    expect(edited[1]).toBe(others[1]);
    expect(edited).toHaveLength(3);
  });

  it('contours a little off the slice keep their own plane and image reference', () => {
    const off = { ...circle(0, 0, 9, 0.4), referencedSopInstanceUid: '1.2.3' };
    const [edited] = editContours([off], plane, brushShape([[9, 0, 0]], 4, plane), 'add');
    expect(edited.points[2]).toBeCloseTo(0.4, 9);
    expect(edited.referencedSopInstanceUid).toBe('1.2.3');
  });

  it('areas obey |a ∪ b| + |a ∩ b| = |a| + |b| and add then subtract removes the shape', () => {
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.double({ min: 1, max: 15, noNaN: true }), (x, y, r) => {
        const start = [rectangle(-15, -10, 12, 14)];
        const shape = brushShape([[x, y, 0]], r, plane);
        const [added, cut] = (['add', 'subtract'] as const).map((mode) =>
          area(editContours(start, plane, shape, mode)),
        );
        expect(added + (27 * 24 - cut)).toBeCloseTo(27 * 24 + areaOf(shape) + 0, -0.5);
        const back = editContours(editContours(start, plane, shape, 'add'), plane, shape, 'subtract');
        expect(area(back)).toBeCloseTo(cut, -0.5);
      }),
      { numRuns: 50 },
    );
  });

  it('works on a slice of an oblique image', () => {
    const oblique = moveGrid(grid, rigidFromParameters([20, 30, 40], [1, 2, 3]));
    const slice = slicePlane(oblique, 4);
    const centre = indexToPatient(oblique, [50, 50, 4]);
    const [contour] = editContours([], slice, brushShape([centre], 7, slice), 'add');
    for (let i = 0; i < contour.points.length; i += 3) {
      const p = contour.points.subarray(i, i + 3);
      expect(Math.abs(Math.hypot(p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]) - 7)).toBeLessThan(0.05);
    }
  });
});

describe('freehand', () => {
  it('closes a stroke within 0.1 mm of the hand with far fewer vertices', () => {
    const stroke = onPlane(
      Array.from({ length: 400 }, (_, i) => {
        const angle = (i / 410) * 2 * Math.PI;
        const r = 25 + 4 * Math.sin(3 * angle);
        return [r * Math.cos(angle), r * Math.sin(angle)] as const;
      }),
    );
    const shape = closeStroke(stroke, plane);
    expect(shape).toHaveLength(1);
    expect(shape[0].length / 2).toBeLessThan(120);
    expect(deviation(stroke, shape)).toBeLessThan(0.11);
    const reversed = closeStroke(stroke.toReversed(), plane);
    expect(areaOf(reversed)).toBeCloseTo(areaOf(shape), 0);
  });

  it('a slip across the own line does not cut the shape; nothing comes of a line', () => {
    // The stroke overshoots its start and crosses itself.
    const stroke = onPlane([
      [0, 0],
      [20, 0],
      [20, 20],
      [0, 20],
      [0, -3],
      [2, -3],
      [2, 1],
    ]);
    const shape = closeStroke(stroke, plane);
    expect(shape).toHaveLength(1);
    expect(isInside(shape, 10, 10)).toBe(true);
    expect(areaOf(shape)).toBeGreaterThan(399);
    expect(
      closeStroke(
        onPlane([
          [0, 0],
          [5, 5],
          [10, 10],
        ]),
        plane,
      ),
    ).toEqual([]);
    expect(
      closeStroke(
        onPlane([
          [0, 0],
          [5, 5],
        ]),
        plane,
      ),
    ).toEqual([]);
  });
});
