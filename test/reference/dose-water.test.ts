import { beforeAll, describe, expect, it } from 'vitest';
import { type Comparison, compareCase, haveEgsnrc, meanRatio, smoothed } from './dose-egsnrc.ts';

// Tolerances: the issue asks 2 % of EGSnrc beyond 2 cm for 6 MV 10 × 10; the rest is what TG-65 and IAEA TRS-430 ask of a
// superposition algorithm in homogeneous water (2 % on the axis, 2 mm at edges), tightened to what the engine reaches plus the
// Monte Carlo sigma (0.2–0.4 % a bin on the axis, up to 0.8 % in a profile). Bins are absolute: nothing is normalised.

const CASES = [
  { name: 'water_6MV_3x3', spacing: 3, axis: 0.02, at10: 0.015 },
  { name: 'water_6MV_5x5', spacing: 3, axis: 0.02, at10: 0.01 },
  { name: 'water_6MV_10x10', spacing: 2.5, axis: 0.01, at10: 0.01 },
  { name: 'water_6MV_20x20', spacing: 3, axis: 0.02, at10: 0.01 },
  { name: 'water_15MV_10x10', spacing: 3, axis: 0.02, at10: 0.01 },
] as const;

describe.skipIf(!haveEgsnrc)('collapsed cone against EGSnrc in water, Gy cm² per unit fluence, no free factor', () => {
  const results = new Map<string, Comparison>();
  const of = (name: string): Comparison => results.get(name)!;
  beforeAll(async () => {
    for (const { name, spacing } of CASES) results.set(name, await compareCase(name, spacing));
  });

  it.each(CASES)('$name: 10 cm deep on the axis within $at10', ({ name, at10 }) => {
    expect(Math.abs(meanRatio(of(name), 9.4, 10.6) - 1)).toBeLessThan(at10);
  });

  it.each(CASES)('$name: 2 to 25 cm on the axis within $axis (mean of three bins)', ({ name, axis }) => {
    const points = smoothed(of(name), 2, 25);
    expect(points.length).toBeGreaterThan(40);
    for (const { depth, ratio } of points) expect(Math.abs(ratio - 1), `${depth} cm`).toBeLessThan(axis);
  });

  it('every single bin of 6 MV 10 × 10 from 2 to 28 cm within 2 %', () => {
    for (const { depth, ratio } of of('water_6MV_10x10').axis)
      if (depth >= 2 && depth <= 28) expect(Math.abs(ratio - 1), `${depth} cm`).toBeLessThan(0.02);
  });

  it('build-up of 6 MV 10 × 10: within 3 % from 3 mm', () => {
    for (const { depth, ratio } of of('water_6MV_10x10').axis)
      if (depth >= 0.3 && depth < 2) expect(Math.abs(ratio - 1), `${depth} cm`).toBeLessThan(0.03);
  });

  it('output factors at 10 cm within 1 %', () => {
    const reference = meanRatio(of('water_6MV_10x10'), 9.4, 10.6);
    for (const name of ['water_6MV_3x3', 'water_6MV_5x5', 'water_6MV_20x20'])
      expect(Math.abs(meanRatio(of(name), 9.4, 10.6) / reference - 1), name).toBeLessThan(0.01);
  });

  it.each(['water_6MV_10x10', 'water_6MV_20x20', 'water_15MV_10x10'])('%s: profiles', (name) => {
    for (const profile of of(name).profiles) {
      expect(Math.abs(profile.edge), `50 %% edge at ${profile.depth} cm, mm`).toBeLessThan(1);
      expect(profile.inField, `in field at ${profile.depth} cm`).toBeLessThan(0.025);
      expect(profile.outOfField, `outside at ${profile.depth} cm`).toBeLessThan(0.04);
    }
  });
});
