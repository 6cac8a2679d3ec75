import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeGamma } from '#shared/evaluation/gamma.ts';
import { GAMMA_TOLERANCE } from '#shared/evaluation/gammaSearch.ts';
import { rigidFromParameters } from '#shared/geometry/affine.ts';
import { trilinearSampler } from '#shared/geometry/sampler.ts';
import { AXIAL, type Grid, indexToPatient, moveGrid, type Volume } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { doseField } from './doseFields.ts';

const cube = (count: number, step: number, from: number): Grid => ({
  dims: [count, count, count],
  spacing: [step, step, step],
  origin: [from, from, from],
  direction: AXIAL,
});
const wide = cube(25, 2.5, -30);
/** Far enough inside `wide` that no search leaves it. */
const inner: Grid = { ...cube(7, 3.1, -9.4), spacing: [3.1, 2.2, 1.7] };
const ramp = ([x, y, z]: Vec3): number => 50 + 0.6 * x - 0.3 * y + 0.2 * z;
const slope = Math.hypot(0.6, 0.3, 0.2);
const bumps = ([x, y, z]: Vec3): number => 40 + 8 * Math.sin(x / 5) + 6 * Math.cos(y / 6 + z / 9);
const judged = (map: Volume<Float32Array>): number[] => Array.from(map.data).filter((value) => !Number.isNaN(value));

/** Points every dta / 25 in the ball of `cut`, one by one. */
function everyPoint(
  point: Vec3,
  gray: number,
  sample: (x: number, y: number, z: number) => number,
  dd: number,
  dta: number,
  cut: number,
): number {
  // biome-ignore format: one line
  const n = Math.ceil(25 * cut);
  let least = cut * cut;
  for (let a = -n; a <= n; a++)
    for (let b = -n; b <= n; b++)
      for (let c = -n; c <= n; c++) {
        const far = (a * a + b * b + c * c) / 625;
        if (far >= least) continue;
        const s = dta / 25;
        const off = (sample(point[0] + a * s, point[1] + b * s, point[2] + c * s) - gray) / dd;
        if (far + off * off < least) least = far + off * off;
      }
  return Math.sqrt(least);
}

describe('computeGamma', () => {
  it('a ramp off by a constant: |ΔD| / √(dd² + (dta·slope)²), on other spacings and offsets', () => {
    const reference = doseField(inner, ramp);
    for (const shift of [-3, -0.7, 0.2, 1.4, 2.6]) {
      const result = computeGamma(
        reference,
        doseField(wide, (p) => ramp(p) + shift),
        { dd: 2, dta: 3, normalization: 50, cut: 5 },
      );
      const expected = Math.abs(shift) / Math.hypot(1, 3 * slope);
      expect(result.n).toBe(343);
      for (const gamma of judged(result.map)) expect(Math.abs(gamma - expected)).toBeLessThan(GAMMA_TOLERANCE + 1e-5);
      expect(result.passRate).toBe(expected > 1 ? 0 : 100);
    }
  });

  it('a steep edge moved by x mm: x / dta on the edge', () => {
    // 10 Gy/mm: the dose criterion reaches 0.1 mm.
    const edge = (x: number): number => Math.min(60, Math.max(10, 35 + 10 * x));
    const line = { ...cube(3, 2, -2), dims: [1, 3, 3] as Vec3, origin: [0, -2, -2] as Vec3 };
    const fine = { ...cube(21, 2, -20), spacing: [0.5, 2, 2] as Vec3, dims: [61, 21, 21] as Vec3, origin: [-15, -20, -20] as Vec3 }; // biome-ignore format: a grid
    for (const moved of [1, 2, 4, 5])
      for (const gamma of judged(
        computeGamma(
          doseField(line, ([x]) => edge(x)),
          doseField(fine, ([x]) => edge(x - moved)),
          { dd: 2, dta: 3, normalization: 50 },
        ).map,
      ))
        expect(Math.abs(gamma - moved / Math.hypot(3, 0.1))).toBeLessThan(GAMMA_TOLERANCE + 1e-4);
  });

  it('a dose without gradient: the dose difference alone, of the maximum or of each point', () => {
    const stepped = ([x]: Vec3): number => (x < 0 ? 20 : 50);
    const far = (map: Volume<Float32Array>, i: number): number => map.data[i + 25 * (12 + 25 * 12)];
    const [a, b] = [doseField(wide, stepped), doseField(wide, (p) => 1.03 * stepped(p))];
    const whole = computeGamma(a, b, { dd: 3, dta: 2 });
    const local = computeGamma(a, b, { dd: 2, dta: 2, local: true });
    expect([far(whole.map, 2), far(whole.map, 22)].map((value) => Number(value.toFixed(4)))).toEqual([0.4, 1]);
    expect([far(local.map, 2), far(local.map, 22)].map((value) => Number(value.toFixed(4)))).toEqual([1.5, 1.5]);
    expect(whole.passRate).toBe(100);
    // Of 25 planes, the one beside the step finds its dose on the step.
    expect(local.passRate).toBe(4);
    expect(computeGamma(a, b, { dd: 3, dta: 2, normalization: 25 }).passRate).toBe(52);
    expect(computeGamma(a, b, { dd: 0.1, dta: 2 }).max).toBe(2);
  });

  it('agrees with a search of every point, also across a grid that is turned', () => {
    const turned = moveGrid(cube(19, 3, -27), rigidFromParameters([10, 20, -15], [1, -2, 0.5]));
    const few: Grid = { ...cube(3, 4.3, -5), dims: [3, 3, 2] };
    const reference = doseField(few, (p) => bumps(p) + 1.5);
    const evaluated = doseField(turned, (p) => bumps([p[0] + 1, p[1] - 0.5, p[2]]));
    const sample = trilinearSampler(evaluated);
    const { map } = computeGamma(reference, evaluated, { dd: 2, dta: 2, normalization: 50, cut: 1.5 });
    for (let p = 0; p < map.data.length; p++) {
      const at = indexToPatient(few, [p % 3, Math.floor(p / 3) % 3, Math.floor(p / 9)]);
      const expected = everyPoint(at, reference.data[p], sample, 1, 2, 1.5);
      expect(map.data[p]).toBeLessThan(expected + GAMMA_TOLERANCE);
      // The lattice misses the nearest point by up to half its diagonal, 0.035, and the slope of the dose.
      expect(map.data[p]).toBeGreaterThan(expected - 0.05);
    }
  });

  it('a dose against itself is 0 everywhere, any shift at most its length, more room never larger', () => {
    const reference = doseField(inner, bumps);
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), (x, z) => {
        const moved = doseField({ ...wide, origin: [-30 + x, -30, -30 + z] }, (p) => bumps([p[0] - x, p[1], p[2] - z]));
        const [two, three] = [2, 3].map((dta) => computeGamma(reference, moved, { dd: 1, dta, cut: 3 }));
        // Between the voxels of a 2.5 mm grid the dose is linear: 8 Gy·(2.5/5)²/8 + 6 Gy·(2.5/6)²/8 + … < 0.5 Gy = 1 %.
        expect(two.max).toBeLessThan(Math.hypot(x, z) / 2 + 1);
        for (let p = 0; p < two.map.data.length; p++)
          expect(three.map.data[p]).toBeLessThan(two.map.data[p] + GAMMA_TOLERANCE);
      }),
      { numRuns: 8 },
    );
    const same = computeGamma(reference, reference, { dd: 1, dta: 1 });
    expect(same.max).toBeLessThan(1e-12);
    expect(same.passRate).toBe(100);
  });

  it('in planes it does not look across them', () => {
    const along = ([, , z]: Vec3): number => 40 + z;
    const [a, b] = [doseField(inner, along), doseField(wide, (p) => along(p) + 1)];
    const criteria = { dd: 2, dta: 2, normalization: 50, cut: 3 };
    for (const gamma of judged(computeGamma(a, b, { ...criteria, inPlane: true }).map)) expect(gamma).toBeCloseTo(1, 4);
    const space = computeGamma(a, b, criteria);
    expect(Math.abs(space.max - 1 / Math.sqrt(5))).toBeLessThan(GAMMA_TOLERANCE + 1e-5);
    const turned = moveGrid(wide, rigidFromParameters([20, 20, 0], [0, 0, 0]));
    expect(() => computeGamma(a, doseField(turned, along), { ...criteria, inPlane: true })).toThrow(
      'across the slices',
    );
  });

  it('what the evaluated grid does not reach is not judged, and said', () => {
    const small = cube(5, 2.5, -5);
    const result = computeGamma(doseField(wide, bumps), doseField(small, bumps), { dd: 2, dta: 2, threshold: 0 });
    expect([result.n, result.outside, result.passRate]).toEqual([125, 25 ** 3 - 125, 100]);
    expect(result.warnings).toEqual(['15500 of 15625 points lie outside the evaluated dose grid and are not judged']);
    const none = computeGamma(doseField(wide, () => 0), doseField(small, bumps), { dd: 2, dta: 2 }); // biome-ignore format: one line
    expect([none.n, none.passRate, none.warnings]).toEqual([0, 0, ['no point was judged']]);
  });

  it('refuses criteria that mean nothing', () => {
    const dose = doseField(inner, ramp);
    for (const wrong of [
      { dd: 0 },
      { dta: -1 },
      { cut: 1 },
      { threshold: 101 },
      { normalization: 0 },
      { dd: Number.NaN },
    ])
      expect(() => computeGamma(dose, dose, { dd: 2, dta: 2, ...wrong })).toThrow('out of range');
  });
});
