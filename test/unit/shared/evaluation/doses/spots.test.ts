import { expect, test } from 'vitest';
import { doseProfile, profileCsv } from '#shared/evaluation/doses/profile.ts';
import { findSpots } from '#shared/evaluation/doses/spots.ts';
import { courseDose, doseMeaning } from '#shared/evaluation/doses/doseMeaning.ts';
import { patientToIndex, type Volume } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { dose } from '#test/builders/dose.ts';

/** 20 Gy everywhere, on 20 × 20 × 20 voxels of 2 × 2 × 3 mm. */
function flat(): Volume<Float32Array> {
  const data = new Float32Array(8000).fill(20);
  return { dims: [20, 20, 20], spacing: [2, 2, 3], origin: [-20, -20, -30], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1], data };
} // biome-ignore format: a grid

function put(volume: Volume<Float32Array>, point: Vec3, gray: number): number {
  const [i, j, k] = patientToIndex(volume, point).map(Math.round);
  const p = i + 20 * (j + 20 * k);
  volume.data[p] = gray;
  return p;
}

test('hot spots are connected also over corners, largest first, and only where one looks', () => {
  const volume = flat();
  const body = new Float32Array(8000).fill(1);
  put(volume, [0, 0, 0], 30);
  put(volume, [2, 2, 3], 33);
  put(volume, [10, -10, 12], 40);
  const half = put(volume, [12, -10, 12], 31);
  body[half] = 0.5;
  const inTarget = put(volume, [-10, 0, 0], 50);
  const target = new Float32Array(8000);
  target[inTarget] = 1;
  body[put(volume, [-14, -14, -24], 60)] = 0.4;
  const { spots, extreme: hottest } = findSpots(volume, { kind: 'hot', level: 30, within: body, without: target });
  expect(spots.map(({ volume: cm3, extreme }) => [Number(cm3.toFixed(6)), extreme])).toEqual([
    [0.024, { gray: 33, at: [2, 2, 3] }],
    [0.018, { gray: 40, at: [10, -10, 12] }],
  ]);
  expect(hottest).toEqual({ gray: 40, at: [10, -10, 12] });
  expect(spots[0].centre).toEqual([1, 1, 1.5]);
});

test('cold spots of a target', () => {
  const volume = flat();
  const target = new Float32Array(8000).fill(1);
  put(volume, [4, 4, 3], 12);
  expect(findSpots(volume, { kind: 'cold', level: 19, within: target }).spots).toEqual([
    { volume: expect.closeTo(0.012, 6) as unknown, extreme: { gray: 12, at: [4, 4, 3] }, centre: [4, 4, 3] },
  ]);
});

test('a profile goes through several doses, and is empty where one does not reach', () => {
  const rising = flat();
  rising.data.forEach((_, p) => (rising.data[p] = 2 * (p % 20)));
  const small = { ...flat(), dims: [2, 2, 2] as Vec3, data: new Float32Array(8).fill(7) };
  const [from, to]: Vec3[] = [[-18, -17, -26], [12, -17, -26]]; // biome-ignore format: two points
  const profile = doseProfile([rising, small], from, to);
  expect([profile.distance[0], profile.distance.at(-1), profile.distance.length]).toEqual([0, 30, 61]);
  profile.distance.forEach((mm, n) => expect(profile.doses[0][n]).toBeCloseTo(2 + mm, 4));
  expect([profile.doses[1][0], profile.doses[1][60]]).toEqual([7, Number.NaN]);
  const lines = profileCsv(profile, from, to, ['Plan "A"', 'Plan B']).split('\r\n');
  expect(lines[0]).toBe('mm,x mm,y mm,z mm,"Plan ""A"" Gy","Plan B Gy"');
  expect(lines[1]).toBe('0.000,-18.000,-17.000,-26.000,2.00000,7.00000');
  expect(lines[61]).toBe('30.000,12.000,-17.000,-26.000,32.00000,');
});

test('only a dose of one fraction is multiplied, and only by the fractions of its own plan', () => {
  const one = dose(1, { summation: 'BEAM_SESSION', beamNumbers: [2, 3] });
  const plan = { sopInstanceUid: one.planUid ?? '', fractions: 25 };
  expect(doseMeaning(one)).toBe('beam 2, 3, one fraction');
  expect(courseDose(one, plan)?.data[5]).toBeCloseTo(25 * one.data[5], 2);
  expect(courseDose(one, undefined)).toBeUndefined();
  expect(courseDose(one, { ...plan, sopInstanceUid: '1.2.3' })).toBeUndefined();
  const group = dose(1, { summation: 'FRACTION' });
  expect(courseDose(group, plan)).toBe(group);
  expect(doseMeaning(group)).toBe('one fraction group, all its fractions');
  expect(doseMeaning(dose(1, { summation: 'BEAM', beamNumber: 4 }))).toBe('beam 4, all fractions');
});
