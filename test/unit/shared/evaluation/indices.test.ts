import { describe, expect, it } from 'vitest';
import { computeDvh } from '#shared/evaluation/dvh.ts';
import {
  conformityPaddick,
  conformityRtog,
  gradientIndex,
  homogeneityIcru83,
  isodoseVolumes,
} from '#shared/evaluation/indices.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import { rectangle } from '../structures/shapes.ts';
import { doseField } from './doseFields.ts';

const grid = { dims: [61, 41, 21], spacing: [2, 2, 2], origin: [-60, -40, -20], direction: AXIAL } as const;
const box = (x0: number, x1: number) => Array.from({ length: 9 }, (_, n) => rectangle(x0, -10, x1, 10, -8 + 2 * n));
// 50 Gy at x = 0, falling by 0.5 Gy/mm to both sides.
const dose = doseField(grid, ([x]) => 50 - 0.5 * Math.abs(x));

describe('plan indices of a ridge of dose, by hand', () => {
  const [target, body] = [computeDvh(box(-10, 20), dose), computeDvh(box(-50, 50), dose)];
  it('conformity: isodose of 42.5 Gy from −15 to 15 mm, target from −10 to 20', () => {
    const volumes = isodoseVolumes(target, body, 42.5);
    const slice = (20 * 18) / 1000;
    // The DVH's own exactness, 0.1 % of the structure.
    expect(volumes.target).toBeCloseTo(30 * slice, 6);
    expect(Math.abs(volumes.isodose - 30 * slice)).toBeLessThan(0.1 * slice);
    expect(Math.abs(volumes.shared - 25 * slice)).toBeLessThan(0.1 * slice);
    expect(conformityRtog(volumes)).toBeCloseTo(1, 2);
    expect(conformityPaddick(volumes)).toBeCloseTo((25 * 25) / (30 * 30), 2);
    expect(conformityPaddick(isodoseVolumes(target, body, 60))).toBe(0);
  });

  it('gradient: from 45 Gy to 37.5 Gy two and a half times as wide', () => {
    const at = (gray: number): number => isodoseVolumes(target, body, gray).isodose;
    expect(gradientIndex(at(37.5), at(45))).toBeCloseTo(2.5, 1);
  });

  it('homogeneity: on one side of the ridge, from 40 to 50 Gy', () => {
    expect(homogeneityIcru83(computeDvh(box(0, 20), dose))).toBeCloseTo((49.8 - 40.2) / 45, 3);
  });
});
