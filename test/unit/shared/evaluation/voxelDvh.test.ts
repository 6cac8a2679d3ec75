import { expect, test } from 'vitest';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import { voxelDvh } from '#shared/evaluation/voxelDvh.ts';

test('a uniform ramp of doses has a straight DVH', () => {
  // 10 000 voxels from 20 to 40 Gy, among others that do not count, given per fraction of 20.
  const n = 10_000;
  const doses = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 1 ? 99 : 1 + i / 2 / n));
  const rows = Uint32Array.from({ length: n }, (_, i) => 2 * i);
  const dvh = dvhOf(voxelDvh(doses, { rows, volume: 12 }, 20));
  expect(dvh.min).toBeCloseTo(20, 2);
  expect(dvh.max).toBeCloseTo(40, 2);
  expect(dvh.mean).toBeCloseTo(30, 2);
  for (const percent of [1, 5, 50, 95, 99]) expect(dvh.doseAtVolume(percent)).toBeCloseTo(40 - percent / 5, 1);
  expect(dvh.volumeAtDose(25)).toBeCloseTo(75, 1);
  expect(dvh.doseAtAbsoluteVolume(3)).toBeCloseTo(35, 1);
});

test('one dose everywhere, and no voxel at all, have curves that can be read', () => {
  const even = dvhOf(voxelDvh(Float64Array.of(2, 2, 2), { rows: Uint32Array.of(0, 2), volume: 1 }));
  expect([even.min, even.mean, even.max, even.volumeAtDose(2), even.volumeAtDose(2.1)]).toEqual([2, 2, 2, 100, 0]);
  expect(even.doseAtVolume(50)).toBeCloseTo(2, 6);
  const none = dvhOf(voxelDvh([], { rows: new Uint32Array(0), volume: 0 }));
  expect([none.mean, none.volumeAtDose(1)]).toEqual([0, 0]);
});
