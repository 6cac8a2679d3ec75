import { describe, expect, it } from 'vitest';
import { doseByDvh, doseBySamples } from '#shared/dosimetry/plan/doseInRoi.ts';
import { scaledSum } from '#shared/dosimetry/plan/scaledSum.ts';
import { AXIAL, type Grid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { circle, roiOf, stackOf } from '../phantoms.ts';

const dims: Vec3 = [30, 26, 22];
const grid: Grid = { dims, spacing: [5, 5, 5], origin: [-70, -62, -50], direction: AXIAL };
const target = roiOf(
  2,
  'PTV',
  'PTV',
  stackOf((z) => circle(22, z), -18, 18, 4),
);

/** Doses that fall off one way and bulge the other: no symmetry helps. */
const dose = (a: number, b: number): Float32Array =>
  Float32Array.from({ length: dims[0] * dims[1] * dims[2] }, (_, v) => {
    const [x, y, z] = [v % dims[0], Math.floor(v / dims[0]) % dims[1], Math.floor(v / dims[0] / dims[1])];
    return 2 + Math.sin(x * a) + 0.1 * y + Math.exp(-(((z - 9) / 6) ** 2)) * b;
  });

describe('dose in an ROI', () => {
  const doses = [dose(0.2, 1), dose(0.31, 2)];

  it('by points kept is that by whole DVHs, within 0.2 %', () => {
    const [exact, quick] = [doseByDvh(target, grid), doseBySamples(target, grid, 20_000)];
    for (const one of doses) expect(quick.mean(one) / exact.mean(one)).toBeCloseTo(1, 3);
    const [theirs, ours] = [exact.ofSum(doses, [0.7, 1.9]), quick.ofSum(doses, [0.7, 1.9])];
    expect(ours.mean / theirs.mean).toBeCloseTo(1, 3);
    for (const percent of [2, 50, 95, 98])
      expect(Math.abs(ours.doseAtVolume(percent) / theirs.doseAtVolume(percent) - 1), `D${percent}`).toBeLessThan(2e-3);
    expect(ours.warnings).toEqual([]);
  });

  it('takes a dose that changed as another one', () => {
    const quick = doseBySamples(target, grid, 5000);
    const twice = doses[0].map((value) => 2 * value);
    expect(quick.mean(twice) / quick.mean(doses[0])).toBeCloseTo(2, 6);
  });

  it('counts what lies outside the grid as none, and says so', () => {
    const cut: Grid = { ...grid, dims: [14, 26, 22] };
    const flat = new Float32Array(14 * 26 * 22).fill(3);
    const [exact, quick] = [doseByDvh(target, cut), doseBySamples(target, cut, 20_000)];
    expect(quick.mean(flat)).toBeLessThan(2.5);
    expect(quick.mean(flat) / exact.mean(flat)).toBeCloseTo(1, 2);
    expect(quick.ofSum([flat], [1]).warnings).toHaveLength(1);
  });

  it('of one value everywhere is that value', () => {
    const flat = new Float32Array(dims[0] * dims[1] * dims[2]).fill(3);
    expect(doseBySamples(target, grid, 2000).ofSum([flat], [1]).doseAtVolume(95)).toBe(3);
  });
});

it('a scaled sum is that of the volumes scaled one by one, to the bit', () => {
  const [a, b] = [dose(0.2, 1), dose(0.31, 2)];
  const [scaledA, scaledB] = [a.map((value) => value * 0.3), b.map((value) => value * 1.7)];
  const expected = new Float32Array(a.length);
  for (const one of [scaledA, scaledB]) for (let v = 0; v < one.length; v++) expected[v] += one[v];
  expect(scaledSum([a, b], [0.3, 1.7])).toEqual(expected);
});
