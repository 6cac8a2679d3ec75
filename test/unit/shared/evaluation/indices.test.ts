import { describe, expect, it } from 'vitest';
import { computeDvh } from '#shared/evaluation/dvh.ts';
import { isodoseVolume } from '#shared/evaluation/isodoseVolume.ts';
import {
  conformityPaddick,
  conformityRtog,
  gradientIndex,
  homogeneityIcru83,
  isodoseVolumes,
  spillR50,
} from '#shared/evaluation/indices.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import { rectangle } from '../structures/shapes.ts';
import { doseField } from './doseFields.ts';

const grid = { dims: [61, 41, 21], spacing: [2, 2, 2], origin: [-60, -40, -20], direction: AXIAL } as const;
const box = (x0: number, x1: number) => Array.from({ length: 9 }, (_, n) => rectangle(x0, -10, x1, 10, -8 + 2 * n));
// 50 Gy at x = 0, falling by 0.5 Gy/mm to both sides.
const dose = doseField(grid, ([x]) => 50 - 0.5 * Math.abs(x));

describe('plan indices of a ridge of dose, by hand', () => {
  const target = computeDvh(box(-10, 20), dose);
  // The ridge within a box of 20 × 18 mm across, as a body would hold it.
  const body = computeDvh(box(-50, 50), dose);
  const isodose = (gray: number): number => (body.volume * body.volumeAtDose(gray)) / 100;
  it('conformity: isodose of 42.5 Gy from −15 to 15 mm, target from −10 to 20', () => {
    const volumes = isodoseVolumes(target, isodose(42.5), 42.5);
    const slice = (20 * 18) / 1000;
    // The DVH's own exactness, 0.1 % of the structure.
    expect(volumes.target).toBeCloseTo(30 * slice, 6);
    expect(Math.abs(volumes.isodose - 30 * slice)).toBeLessThan(0.1 * slice);
    expect(Math.abs(volumes.shared - 25 * slice)).toBeLessThan(0.1 * slice);
    expect(conformityRtog(volumes)).toBeCloseTo(1, 2);
    expect(conformityPaddick(volumes)).toBeCloseTo((25 * 25) / (30 * 30), 2);
    expect(conformityPaddick(isodoseVolumes(target, isodose(60), 60))).toBe(0);
  });

  it('gradient: from 45 Gy to 37.5 Gy two and a half times as wide', () => {
    expect(gradientIndex(isodose(37.5), isodose(45))).toBeCloseTo(2.5, 1);
    expect(spillR50(isodose(42.5), target.volume)).toBeCloseTo(1, 2);
  });

  it('homogeneity: on one side of the ridge, from 40 to 50 Gy', () => {
    expect(homogeneityIcru83(computeDvh(box(0, 20), dose))).toBeCloseTo((49.8 - 40.2) / 45, 3);
  });
});

describe('the volume inside an isodose', () => {
  it.each([
    ['axes of the patient', AXIAL],
    ['turned axes', [0.6, 0.8, 0, -0.8, 0.6, 0, 0, 0, 1]],
  ])('is that of the ball inside which a conical dose exceeds it, %s', (_, direction) => {
    // 100 Gy in the middle, 1 Gy less each mm: above 100 − r Gy lies a ball of radius r.
    const origin: [number, number, number] = [0.7, -0.4, 0.2];
    const wide = { dims: [41, 41, 41], spacing: [2, 2, 2.5], origin: [0, 0, 0], direction } as const;
    const middle = [20, 20, 20].map((n, axis) => n * wide.spacing[axis]);
    const at = (axis: number): number => [0, 1, 2].reduce((sum, n) => sum + direction[3 * n + axis] * middle[n], 0);
    const cone = doseField(wide, ([x, y, z]) =>
      Math.max(0, 100 - Math.hypot(x - at(0) - origin[0], y - at(1) - origin[1], z - at(2) - origin[2])),
    );
    for (const radius of [10, 20, 35]) {
      const { volume, open } = isodoseVolume(cone, 100 - radius);
      // Between voxels h apart a trilinear cone lies h²/12 · 2/r below the true one on average; h² is 4.75 mm² in the mean.
      const trilinear = radius - (4.75 / 12) * (2 / radius);
      expect(Math.abs(volume / ((4e-3 / 3) * Math.PI * trilinear ** 3) - 1)).toBeLessThan(0.003);
      expect(open).toBe(false);
    }
    expect(isodoseVolume(cone, 55).open).toBe(true);
    expect(isodoseVolume(cone, 101)).toEqual({ volume: 0, open: false });
  });
});
