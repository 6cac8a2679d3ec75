import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDENTITY } from '#shared/geometry/affine.ts';
import { voxelCount } from '#shared/geometry/volume.ts';
import { lattice } from '#shared/phantom/anatomy.ts';
import { grow, subtract, union } from '#shared/phantom/combine.ts';
import { contourShape } from '#shared/phantom/contouring.ts';
import { distanceField } from '#shared/phantom/field.ts';
import { createRandom } from '#shared/phantom/random.ts';
import { ball, capsule, cuboid, ellipsoid, ringSector, tube } from '#shared/phantom/shapes.ts';

const slicesOf = (count: number) =>
  Array.from({ length: count }, (_, k) => ({ sopClassUid: '1.2', sopInstanceUid: `1.${k + 1}` }));
const signedArea = (points: Float64Array): number => {
  let area = 0;
  for (let n = 0; n < points.length; n += 3) {
    const next = (n + 3) % points.length;
    area += (points[n] * points[next + 1] - points[next] * points[n + 1]) / 2;
  }
  return area;
};

describe('shapes', () => {
  it('estimate distance from outside at or below the true one, with the right sign', () => {
    const shape = ellipsoid([0, 0, 0], [30, 12, 20]);
    const coordinate = fc.double({ min: -60, max: 60, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, (x, y, z) => {
        const inside = (x / 30) ** 2 + (y / 12) ** 2 + (z / 20) ** 2 < 1;
        const d = shape.distance(x, y, z);
        expect(d < 0).toBe(inside);
        if (inside) return;
        // Any surface point is at least as far as the estimate: try the radial one.
        const f = Math.sqrt((x / 30) ** 2 + (y / 12) ** 2 + (z / 20) ** 2);
        expect(d).toBeLessThanOrEqual(Math.hypot(x, y, z) * (1 - 1 / f) + 1e-9);
      }),
    );
  });

  it('turn about their own centre', () => {
    const shape = ellipsoid([10, 0, 0], [20, 5, 5], [0, 0, 90]);
    expect(shape.distance(10, 19.5, 0)).toBeLessThan(0);
    expect(shape.distance(29, 0, 0)).toBeGreaterThan(0);
  });

  it('are exact for balls, capsules and cuboids', () => {
    expect(ball([1, 2, 3], 4).distance(1, 2, 10)).toBeCloseTo(3, 12);
    expect(capsule([0, 0, 0], [0, 0, 10], 2).distance(5, 0, 5)).toBeCloseTo(3, 12);
    expect(cuboid([-1, -1, -1], [1, 1, 1]).distance(4, 5, 0)).toBeCloseTo(5, 12);
  });

  it('open the ring sector towards posterior', () => {
    const sector = ringSector([0, 0, 0], 15, 37, 125, 40);
    expect(sector.distance(0, -25, 0)).toBeLessThan(0);
    expect(sector.distance(0, 25, 0)).toBeGreaterThan(0);
    expect(sector.distance(0, -25, 41)).toBeCloseTo(1, 9);
  });
});

describe('the distance field', () => {
  it('agrees with direct evaluation near the surface and in sign everywhere', () => {
    const shape = subtract(union([ellipsoid([0, 0, 0], [40, 25, 30]), capsule([20, 0, 0], [60, 10, 5], 8)]), [
      ball([0, 0, 0], 12),
    ]);
    const grid = lattice([0, 0, 0], [140, 80, 80], [2, 2, 2]);
    const field = distanceField(shape, grid, IDENTITY, 4);
    if (field === undefined) throw new Error('the grid misses the shape');
    let compared = 0;
    for (let k = 0, p = 0; k < field.size[2]; k++)
      for (let j = 0; j < field.size[1]; j++)
        for (let i = 0; i < field.size[0]; i++, p++) {
          const at = [0, 1, 2].map((axis) => grid.origin[axis] + 2 * ([i, j, k][axis] + field.from[axis]));
          const d = shape.distance(at[0], at[1], at[2]);
          expect(field.values[p] < 0).toBe(d < 0);
          if (Math.abs(d) > 4) continue;
          expect(field.values[p]).toBeCloseTo(d, 4);
          compared++;
        }
    expect(compared).toBeGreaterThan(voxelCount(grid) / 50);
  });
});

describe('contours of shapes', () => {
  const image = lattice([0, 0, 0], [200, 200, 40], [2, 2, 4]);

  it('have the true area and lie on the surface', () => {
    const contours = contourShape(
      tube(-30, 30, () => ({ centre: [5, -3], half: [40, 25] })),
      image,
      slicesOf(10),
    );
    expect(contours.length).toBe(10);
    for (const { points, type, referencedSopInstanceUid } of contours) {
      expect(type).toBe('CLOSED_PLANAR');
      expect(signedArea(points) / (Math.PI * 40 * 25)).toBeCloseTo(1, 2.7);
      expect(referencedSopInstanceUid).toMatch(/^1\.\d+$/);
      for (let n = 0; n < points.length; n += 3)
        expect(Math.abs(((points[n] - 5) / 40) ** 2 + ((points[n + 1] + 3) / 25) ** 2 - 1)).toBeLessThan(0.005);
    }
  });

  it('give a hole its own ring, wound the other way', () => {
    const pipe = subtract(capsule([0, 0, -60], [0, 0, 60], 30), [capsule([0, 0, -60], [0, 0, 60], 10)]);
    const rings = contourShape(pipe, image, slicesOf(10)).slice(0, 2);
    const areas = rings.map(({ points }) => signedArea(points)).sort((a, b) => a - b);
    expect(areas[0]).toBeCloseTo(-Math.PI * 100, -1);
    expect(areas[1]).toBeCloseTo(Math.PI * 900, -1.3);
  });

  it('keep separate pieces apart and a margin uniform', () => {
    const pair = union([ball([-40, 0, 0], 10), ball([40, 0, 0], 12)]);
    const middle = contourShape(grow(pair, 5), image, slicesOf(10)).filter(({ points }) => points[2] === 2);
    expect(middle.length).toBe(2);
    const radii = middle.map(({ points }) => Math.sqrt(signedArea(points) / Math.PI)).sort((a, b) => a - b);
    expect(radii[0]).toBeCloseTo(Math.sqrt(15 * 15 - 4), 1);
    expect(radii[1]).toBeCloseTo(Math.sqrt(17 * 17 - 4), 1);
  });
});

describe('seeded random numbers', () => {
  it('have mean 0 and deviation 1', () => {
    const random = createRandom('test');
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)).toBeCloseTo(1, 1);
  });

  it('make version-4 UUIDs under 2.25', () => {
    const random = createRandom('uid');
    for (let n = 0; n < 200; n++) {
      const hex = BigInt(random.uid().slice(5)).toString(16).padStart(32, '0');
      expect(hex[12]).toBe('4');
      expect('89ab').toContain(hex[16]);
    }
  });
});
