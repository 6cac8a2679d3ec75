import { describe, expect, it } from 'vitest';
import { IDENTITY, invertRigid, multiply, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import { length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { chain, mapPoint, matrixOfTransform, transformOf } from '#shared/registration/transform.ts';
import { bump, sampled } from '#test/builders/analyticField.ts';
import { seeded } from '#test/builders/random.ts';
import { deformation, rigidRegistration } from '#test/builders/registration.ts';

const tilt = rigidFromParameters([5, -12, 30], [3, 2, 1]);
const grid = moveGrid(
  { dims: [41, 41, 41], spacing: [4, 4, 4], origin: [-80, -80, -80], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  tilt,
);
const push = bump([12, -8, 5], 30);
const [pre, post] = [
  rigidFromParameters([0, 0, 5], [10, 0, 0]),
  [1.02, 0, 0, 5, 0, 0.98, 0, 0, 0, 0, 1, 3, 0, 0, 0, 1],
];
const registration = deformation(1, { field: sampled(grid, push), pre, post });
const random = seeded(3);
const points = Array.from({ length: 200 }, (): Vec3 => [80 * random() - 40, 80 * random() - 40, 80 * random() - 40]);

describe('a deformation', () => {
  it('leads from fixed to moving as C.20.3.1.1 has it: post of (pre of the point, plus the vector at the point itself)', () => {
    for (const p of points) {
      const [straight, u] = [transformPoint(pre, p), push(p)];
      const expected = transformPoint(post, [straight[0] + u[0], straight[1] + u[1], straight[2] + u[2]]);
      const found = mapPoint(transformOf(registration, 'moving'), p);
      // Trilinear error h²/8 · max|u''| in three axes: 16/8 · 14/900 · 3 < 0.1 mm.
      expect(length(subtract(found ?? [Infinity, 0, 0], expected))).toBeLessThan(0.1);
    }
  });

  it('leads back within 0.01 mm', () => {
    for (const p of points) {
      const moving = mapPoint(transformOf(registration, 'moving'), p);
      const back = moving && mapPoint(transformOf(registration), moving);
      expect(length(subtract(back ?? [Infinity, 0, 0], p))).toBeLessThan(0.015);
    }
  });

  it('holds where a deformation nearly closes space or triples it', () => {
    const strong = deformation(1, { field: sampled(grid, bump([40, 0, 0], 30)), pre: undefined, post: undefined });
    const steep = (40 / 30) * Math.exp(-0.5); // greatest slope of the Gaussian: Jacobians 0.19 to 1.81
    expect(steep).toBeGreaterThan(0.8);
    for (const p of points) {
      const moving = mapPoint(transformOf(strong, 'moving'), p);
      const back = moving && mapPoint(transformOf(strong), moving);
      expect(length(subtract(back ?? [Infinity, 0, 0], p))).toBeLessThan(0.06);
    }
  });

  it('is undefined beyond its grid and beside undefined nodes, either way', () => {
    const holed = { ...registration.field, vectors: Float32Array.from(registration.field.vectors) };
    holed.vectors.fill(Number.NaN, 0, 3);
    const [corner] = [transformPoint(tilt, [-79, -79, -79])];
    for (const towards of ['moving', 'fixed'] as const)
      expect(mapPoint(transformOf(registration, towards), [0, 0, 300])).toBeUndefined();
    expect(mapPoint(transformOf(registration, 'moving'), corner)).toBeDefined();
    expect(mapPoint(transformOf({ ...registration, field: holed }, 'moving'), corner)).toBeUndefined();
  });
});

describe('chains', () => {
  const rigid = rigidRegistration();

  it('are one matrix when all their parts are', () => {
    const second = rigidRegistration({ matrix: tilt });
    const both = chain(transformOf(rigid), transformOf(second, 'moving'));
    expect(both).toHaveLength(1);
    expect(matrixOfTransform(both)).toEqual(multiply(invertRigid(tilt), rigid.matrix));
    expect(matrixOfTransform([])).toEqual(IDENTITY);
  });

  it('go through their parts in order', () => {
    const both = chain(transformOf(rigid), transformOf(registration, 'moving'));
    expect(matrixOfTransform(both)).toBeUndefined();
    const there = mapPoint(transformOf(registration, 'moving'), transformPoint(rigid.matrix, [1, 2, 3]));
    expect(mapPoint(both, [1, 2, 3])).toEqual(there);
  });
});
