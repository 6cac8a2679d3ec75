import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rigidFromParameters, transformPoint, transformVector } from '#shared/geometry/affine.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import { dot, type Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';
import { indexContours, sectionAt, type SectionLine, sectionOnPlane } from '#shared/structures/contours/section.ts';
import { isInside } from '#shared/structures/contours/rings.ts';
import { circle, cube, rectangle, sphere } from '../shapes.ts';

const grid = cube(100, 41, 1, 2.5);
const index = (contours: readonly Contour[], onGrid = grid) => indexContours({ name: 'test', contours }, onGrid);
const each = (lines: readonly SectionLine[], visit: (point: Vec3) => void): void => {
  for (const line of lines) for (let i = 0; i < line.length; i += 3) visit([line[i], line[i + 1], line[i + 2]]);
};
/** Area of a section in two of the three coordinates; outlines only, no holes. */
const area = (lines: readonly SectionLine[], a: number, b: number): number =>
  lines.reduce((sum, line) => {
    let twice = 0;
    for (let i = 0, j = line.length - 3; i < line.length; j = i, i += 3)
      twice += line[j + a] * line[i + b] - line[i + a] * line[j + b];
    return sum + Math.abs(twice) / 2;
  }, 0);

describe('axial sections', () => {
  it('are the contours themselves within their slab, nothing beyond', () => {
    const contours = [circle(0, 0, 20, 0), circle(0, 0, 5, 0), circle(1, 1, 21, 2.5)];
    const ready = index(contours);
    expect(sectionAt(ready, 'axial', 0)).toEqual([contours[0].points, contours[1].points]);
    expect(sectionAt(ready, 'axial', 0)[0]).toBe(contours[0].points);
    expect(sectionAt(ready, 'axial', 1.2)).toHaveLength(2);
    expect(sectionAt(ready, 'axial', 1.3)).toEqual([contours[2].points]);
    expect(sectionAt(ready, 'axial', 3.74)).toHaveLength(1);
    expect(sectionAt(ready, 'axial', 3.76)).toEqual([]);
    expect(sectionAt(ready, 'axial', -1.26)).toEqual([]);
  });

  it('leave an open gap empty', () => {
    const ready = index([0, 2.5, 5, 15, 17.5].map((z) => circle(0, 0, 9, z)));
    expect(sectionAt(ready, 'axial', 10)).toEqual([]);
    expect(sectionAt(ready, 'axial', 6.2)).toHaveLength(1);
    expect(sectionAt(ready, 'sagittal', 0)).toHaveLength(2);
  });
});

describe('a keyhole', () => {
  // A frame of 20 mm with a hole of 8 mm, its channel along y = 0.
  const keyhole = [0, 2.5, 5].map((z): Contour => {
    const xy = [10, 0, 10, 10, -10, 10, -10, -10, 10, -10, 10, 0, 4, 0, 4, -4, -4, -4, -4, 4, 4, 4, 4, 0];
    const points = Float64Array.from({ length: (xy.length / 2) * 3 }, (_, i) =>
      i % 3 === 2 ? z : xy[2 * Math.floor(i / 3) + (i % 3)],
    );
    return { type: 'CLOSED_PLANAR', points };
  });
  const ready = index(keyhole);

  it('is shown as outline and hole, without its channel', () => {
    const lines = sectionAt(ready, 'axial', 2.5);
    expect(lines).toHaveLength(2);
    expect(lines.map((line) => area([line], 0, 1)).sort((a, b) => a - b)).toEqual([64, 400]);
  });

  it('has no wall where a plane cuts the channel', () => {
    // x = 6 crosses the channel at y = 0: one piece of 20 mm by 7.5 mm.
    const lines = sectionAt(ready, 'sagittal', 6);
    expect(lines).toHaveLength(1);
    expect(area(lines, 1, 2)).toBeCloseTo(20 * 7.5, 6);
  });
});

describe('sagittal and coronal sections', () => {
  it('of a box is its side view, half a spacing beyond the end planes', () => {
    const box = [0, 2.5, 5].map((z) => rectangle(-4, -6, 4, 6, z));
    const [line, ...rest] = sectionAt(index(box), 'sagittal', 1);
    expect(rest).toEqual([]);
    each([line], (p) => expect(p[0]).toBeCloseTo(1, 9));
    const ys = Array.from(line).filter((_, i) => i % 3 === 1);
    const zs = Array.from(line).filter((_, i) => i % 3 === 2);
    expect([Math.min(...ys), Math.max(...ys), Math.min(...zs), Math.max(...zs)]).toEqual([-6, 6, -1.25, 6.25]);
    expect(area([line], 1, 2)).toBeCloseTo(12 * 7.5, 5);
    expect(area(sectionAt(index(box), 'coronal', -5.9), 0, 2)).toBeCloseTo(8 * 7.5, 5);
    expect(sectionAt(index(box), 'sagittal', 4.01)).toEqual([]);
  });

  it('every vertex on a contour plane lies on the sphere; the caps are flat', () => {
    fc.assert(
      fc.property(fc.double({ min: -19, max: 19, noNaN: true }), (x) => {
        const lines = sectionAt(index(sphere(0, 0, 0, 20, 2.5)), 'sagittal', x);
        each(lines, (p) => {
          expect(p[0]).toBeCloseTo(x, 6);
          if (Math.abs(p[2] / 2.5 - Math.round(p[2] / 2.5)) < 1e-6)
            expect(Math.abs(Math.hypot(...p) - 20)).toBeLessThan(0.02);
        });
        const r = Math.sqrt(400 - x * x);
        if (r > 10) expect(Math.abs(area(lines, 1, 2) / (Math.PI * r * r) - 1)).toBeLessThan(0.03);
      }),
      { numRuns: 40 },
    );
  });

  it('a hollow sphere has a hole; legs join the trunk half way between their planes', () => {
    const hollow = [...sphere(0, 0, 0, 20, 2.5), ...sphere(0, 0, 0, 9, 2.5)];
    expect(sectionAt(index(hollow), 'coronal', 0.3)).toHaveLength(2);
    // Trousers: one oval on two planes, two legs on the three below; one outline in the coronal view.
    const trousers = [
      ...[0, 2.5].map((z) => rectangle(-20, -5, 20, 5, z)),
      ...[-7.5, -5, -2.5].flatMap((z) => [rectangle(-20, -5, -4, 5, z), rectangle(4, -5, 20, 5, z)]),
    ];
    const lines = sectionAt(index(trousers), 'coronal', 0);
    expect(lines).toHaveLength(1);
    // 40 × 2.5 above the crotch (mid-way at −1.25, flat), and legs of 16 below; slabs from −8.75 to 3.75.
    expect(area(lines, 0, 2)).toBeCloseTo(40 * 5 + 32 * 7.5, 4);
    expect(sectionAt(index(trousers), 'sagittal', 0)).toHaveLength(1);
    expect(area(sectionAt(index(trousers), 'sagittal', 0), 1, 2)).toBeCloseTo(10 * 5, 5);
  });

  it('a cut through vertices and along edges still closes', () => {
    const box = [0, 2.5, 5].map((z) => rectangle(-4, -6, 4, 6, z));
    for (const x of [-4, 4, 0])
      for (const line of sectionAt(index(box), 'sagittal', x)) expect(line.length % 3).toBe(0);
    const diamond = [0, 2.5, 5].map((z) => circle(0, 0, 8, z, 4));
    expect(area(sectionAt(index(diamond), 'sagittal', 0), 1, 2)).toBeCloseTo(16 * 7.5, 5);
  });
});

describe('other planes', () => {
  const unitNormal = (degrees: number): Vec3 => [
    0,
    Math.sin((degrees * Math.PI) / 180),
    Math.cos((degrees * Math.PI) / 180),
  ];

  it.each([3, 20, 44, 46, 70, 90])('tilted by %s°: on the plane and near the sphere', (degrees) => {
    const normal = unitNormal(degrees);
    const point: Vec3 = [0, 3, 2];
    const lines = sectionOnPlane(index(sphere(0, 0, 0, 20, 1)), point, normal);
    expect(lines.length).toBe(1);
    each(lines, (p) => {
      expect(dot(p, normal)).toBeCloseTo(dot(point, normal), 5);
      expect(Math.abs(Math.hypot(...p) - 20)).toBeLessThan(1);
    });
  });

  it('LPS planes through an oblique stack are those of the turned body', () => {
    const turn = rigidFromParameters([0, 60, 0], [0, 0, 0]);
    const turned = sphere(0, 4, 0, 20, 2.5).map((contour): Contour => {
      const points = contour.points.slice();
      for (let i = 0; i < points.length; i += 3)
        points.set(transformPoint(turn, [points[i], points[i + 1], points[i + 2]]), i);
      return { ...contour, points };
    });
    const ready = index(turned, moveGrid(grid, turn));
    each(sectionAt(ready, 'sagittal', 5), (p) => {
      expect(p[0]).toBeCloseTo(5, 5);
      expect(Math.abs(Math.hypot(p[0], p[1] - 4, p[2]) - 20)).toBeLessThan(1.5);
    });
    // Parallel to the contours, whatever their tilt: the contour itself.
    expect(sectionOnPlane(ready, [0, 0, 0], transformVector(turn, [0, 0, 1]))[0]).toBeInstanceOf(Float64Array);
    expect(sectionOnPlane(ready, transformVector(turn, [0, 0, 0]), transformVector(turn, [0, 0, 1]))).toHaveLength(1);
  });
});

it('5,000 contours: each structure is cut where it lies', () => {
  const sets = Array.from({ length: 50 }, (_, s) =>
    index(Array.from({ length: 100 }, (_unused, k) => circle(s - 25, 0, 20 + s / 2, 2.5 * k, 200))),
  );
  const one = sectionAt(sets[3], 'sagittal', -20)[0];
  expect(isInside([Float64Array.from(one).filter((_, i) => i % 3 !== 0)], 0, 10)).toBe(true);
});
