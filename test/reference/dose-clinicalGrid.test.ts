import { describe, expect, it } from 'vitest';
import { compareCase, haveEgsnrc, meanRatio, smoothed } from './dose-egsnrc.ts';

/** On the grids that plans are made with; absolute, nothing normalised. Tolerances of TG-65 and IAEA TRS-430, 10 × 10 tighter; gamma 2 %/2 mm as asked of a 2 mm grid. */
const CASES = [
  { name: 'water_6MV_3x3', spacing: 3, axis: 0.02, at10: 0.015 },
  { name: 'water_6MV_5x5', spacing: 3, axis: 0.02, at10: 0.01 },
  { name: 'water_6MV_10x10', spacing: 2.5, axis: 0.015, at10: 0.01 },
  { name: 'water_6MV_20x20', spacing: 3, axis: 0.02, at10: 0.01 },
  { name: 'water_15MV_10x10', spacing: 3, axis: 0.02, at10: 0.01 },
] as const;

describe.skipIf(!haveEgsnrc)('collapsed cone on a grid of 2.5 to 3 mm against EGSnrc in water', () => {
  it.each(CASES)('$name at $spacing mm: 2 to 25 cm on the axis within $axis', async ({ name, spacing, axis, at10 }) => {
    const found = await compareCase(name, spacing);
    expect(Math.abs(meanRatio(found, 9.4, 10.6) - 1)).toBeLessThan(at10);
    const points = smoothed(found, 2, 25);
    expect(points.length).toBeGreaterThan(40);
    for (const { depth, ratio } of points) expect(Math.abs(ratio - 1), `${depth} cm`).toBeLessThan(axis);
  });
});
