import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { type Comparison, compareCase, haveEgsnrc, meanRatio, smoothed } from './dose-egsnrc.ts';

// Tolerances are the work order's for the fast engine: absolute, with no free factor at all, axis from 1.5 to 25 cm within 2 %, in field
// 2 %, 50 % edge 1 mm (means of three bins, 2 mm grid, as for the collapsed cone). Shoulders of the 3 × 3 field: 2.7 % (reached: 2.5 %). In slabs
// of lung or bone a pencil beam is wrong by nature; the numbers here say by how much, and hold it there.

const WATER = [
  { name: 'water_6MV_3x3', inField: 0.027 },
  { name: 'water_6MV_5x5', inField: 0.02 },
  { name: 'water_6MV_10x10', inField: 0.02 },
  { name: 'water_6MV_20x20', inField: 0.02 },
  { name: 'water_15MV_10x10', inField: 0.02 },
] as const;

describe.skipIf(!haveEgsnrc)('pencil beam against EGSnrc, Gy cm² per unit fluence, no free factor', () => {
  const results = new Map<string, Comparison>();
  const of = (name: string): Comparison => results.get(name)!;
  beforeAll(async () => {
    for (const { name } of WATER) results.set(name, await compareCase(name, 2, DEFAULT_DIRECTIONS, pencilBeam));
  }, 120_000);

  it.each(WATER)('$name: axis from 1.5 to 25 cm within 2 %', ({ name }) => {
    const points = smoothed(of(name), 1.5, 25);
    expect(points.length).toBeGreaterThan(40);
    for (const { depth, ratio } of points) expect(Math.abs(ratio - 1), `${depth} cm`).toBeLessThan(0.02);
  });

  it.each(WATER)(
    '$name: profiles within $inField in field, 1.5 % of the axis outside, edge 1 mm',
    ({ name, inField }) => {
      for (const profile of of(name).profiles) {
        expect(Math.abs(profile.edge), `50 %% edge at ${profile.depth} cm, mm`).toBeLessThan(1);
        expect(Math.abs(profile.penumbra), `penumbra at ${profile.depth} cm, mm`).toBeLessThan(1.5);
        expect(profile.inFieldSmoothed, `in field at ${profile.depth} cm`).toBeLessThan(inField);
        expect(profile.outOfField, `outside at ${profile.depth} cm`).toBeLessThan(0.015);
      }
    },
  );

  it.each(WATER)('$name: gamma 2 %/2 mm passes in 99.5 % of the voxels', ({ name }) => {
    expect(of(name).gamma(0.02, 2, 1 / meanRatio(of(name), 9.4, 10.6))).toBeGreaterThan(0.995);
  });

  it.each([
    { name: 'slab_lung_6MV_3x3', from: 3.5, to: 14.5, within: 0.03 },
    { name: 'slab_lung_6MV_3x3', from: 16, to: 25, within: 0.035 },
    { name: 'slab_lung_6MV_10x10', from: 3.5, to: 14.5, within: 0.04 },
    { name: 'slab_lung_6MV_10x10', from: 16, to: 25, within: 0.02 },
    { name: 'slab_bone_6MV_10x10', from: 7, to: 25, within: 0.02 },
  ])('$name: axis from $from to $to cm within $within', async ({ name, from, to, within }) => {
    const slab = results.get(name) ?? (await compareCase(name, 2.5, DEFAULT_DIRECTIONS, pencilBeam));
    results.set(name, slab);
    for (const { depth, ratio } of smoothed(slab, from, to))
      expect(Math.abs(ratio - 1), `${depth} cm`).toBeLessThan(within);
  });
});
