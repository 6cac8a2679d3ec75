import { beforeAll, describe, expect, it } from 'vitest';
import { type Comparison, compareCase, haveEgsnrc, meanRatio, smoothed } from './dose-egsnrc.ts';

// Tolerances: absolute dose within 1.5 % (reached: 1 %) with nothing free, then one factor for all 6 MV fields and one
// for 15 MV; depth doses 1.5–25 cm 1.5 %, output factors 1 %, in field 1.5 %, 50 % edge 1 mm, penumbra 1.5 mm, outside 1 % of the axis
// (20 × 20: 2 %), gamma 2 %/2 mm 99.5 %. Depth doses and in-field profiles are means of three bins: Monte Carlo sigma is 0.2–0.4 % a
// bin on the axis and 0.4–0.7 % in the middle of a profile. On a 2 mm grid, logit between bins for the penumbra: docs/DOSIMETRY.md says
// what other ways of judging give. Where a case reaches less than asked, its own number stands here.

interface Case {
  readonly name: string;
  readonly axis: number;
  readonly inField: number;
  readonly outside: number;
  readonly gamma: number;
}

const CASES: readonly Case[] = [
  { name: 'water_6MV_10x10', axis: 0.015, inField: 0.015, outside: 0.01, gamma: 0.995 },
  // Its shoulder depends on the dose grid: 1.6 % on 2 mm, 3.5 % on 2.5 mm, less than 1.3 % on 1.25 mm.
  { name: 'water_6MV_3x3', axis: 0.015, inField: 0.018, outside: 0.01, gamma: 0.995 },
  { name: 'water_6MV_5x5', axis: 0.015, inField: 0.015, outside: 0.01, gamma: 0.995 },
  { name: 'water_6MV_20x20', axis: 0.015, inField: 0.015, outside: 0.02, gamma: 0.995 },
  { name: 'water_15MV_10x10', axis: 0.015, inField: 0.015, outside: 0.01, gamma: 0.995 },
];

describe.skipIf(!haveEgsnrc)('collapsed cone against EGSnrc in water, Gy cm² per unit fluence', () => {
  const results = new Map<string, Comparison>();
  const of = (name: string): Comparison => results.get(name)!;
  const at10 = (name: string): number => meanRatio(of(name), 9.4, 10.6);
  const factor = (name: string): number => at10(name.includes('15MV') ? 'water_15MV_10x10' : 'water_6MV_10x10');
  beforeAll(async () => {
    for (const { name } of CASES) results.set(name, await compareCase(name, 2));
  }, 300_000);

  it.each(['water_6MV_10x10', 'water_15MV_10x10'])(
    '%s: absolute dose 10 cm deep within 1 %, no free factor',
    (name) => {
      expect(Math.abs(at10(name) - 1)).toBeLessThan(0.01);
    },
  );

  it.each(CASES)('$name: depth dose from 1.5 to 25 cm within $axis', ({ name, axis }) => {
    const points = smoothed(of(name), 1.5, 25);
    expect(points.length).toBeGreaterThan(40);
    for (const { depth, ratio } of points) expect(Math.abs(ratio / factor(name) - 1), `${depth} cm`).toBeLessThan(axis);
  });

  it('every single bin of 6 MV 10 × 10 from 2 to 28 cm within 2 %, from 3 mm within 3 %', () => {
    for (const { depth, ratio } of of('water_6MV_10x10').axis)
      if (depth >= 0.3 && depth <= 28) expect(Math.abs(ratio - 1), `${depth} cm`).toBeLessThan(depth < 2 ? 0.03 : 0.02);
  });

  it('output factors at 10 cm within 1 %', () => {
    for (const name of ['water_6MV_3x3', 'water_6MV_5x5', 'water_6MV_20x20'])
      expect(Math.abs(at10(name) / factor(name) - 1), name).toBeLessThan(0.01);
  });

  it.each(CASES)('$name: profiles in field within $inField, outside within $outside', ({ name, inField, outside }) => {
    for (const profile of of(name).profiles) {
      expect(Math.abs(profile.edge), `50 %% edge at ${profile.depth} cm, mm`).toBeLessThan(1);
      expect(Math.abs(profile.penumbra), `penumbra at ${profile.depth} cm, mm`).toBeLessThan(1.5);
      expect(profile.inFieldSmoothed, `in field at ${profile.depth} cm`).toBeLessThan(inField);
      expect(profile.outOfField, `outside at ${profile.depth} cm`).toBeLessThan(outside);
    }
  });

  it.each(CASES)('$name: gamma 2 %/2 mm passes in $gamma', ({ name, gamma }) => {
    expect(of(name).gamma(0.02, 2, 1 / factor(name))).toBeGreaterThan(gamma);
  });
});
