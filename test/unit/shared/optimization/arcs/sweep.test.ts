import { describe, expect, it } from 'vitest';
import { smoothedRow, sweepMeterset, sweptRow } from '#shared/optimization/arcs/sweep.ts';

const row = { first: -12.5, width: 5, weights: Float64Array.of(0, 2, 5, 3, 4, 1) };

/** MU for which a place is open, with the leaves moving evenly between the steps. */
function openFor(place: number, { low, high }: { low: Float64Array; high: Float64Array }, meterset: number): number {
  const fine = 400;
  let open = 0;
  for (let k = 1; k < low.length; k++)
    for (let n = 0; n < fine; n++) {
      const late = (n + 0.5) / fine;
      const at = (bank: Float64Array): number => bank[k - 1] + late * (bank[k] - bank[k - 1]);
      if (place > at(low) && place < at(high)) open += meterset / (low.length - 1) / fine;
    }
  return open;
}

describe('a sliding window over a row', () => {
  it('needs the MU that the row rises by', () => {
    expect(sweepMeterset(row)).toBe(2 + 3 + 1);
  });

  it.each([true, false])('opens every place for its weight, rising: %s', (rising) => {
    // Many steps: between steps leaves move evenly, which rounds corners off.
    const swept = sweptRow(row, 8, 200, rising);
    for (const [n, weight] of row.weights.entries())
      expect(Math.abs(openFor(row.first + 5 * n, swept, 8) - weight)).toBeLessThan(0.1);
    const forward = swept.low.every((at, k) => k === 0 || (rising ? at >= swept.low[k - 1] : at <= swept.low[k - 1]));
    expect(forward).toBe(true);
    expect(swept.low.every((at, k) => at <= swept.high[k] + 1e-9)).toBe(true);
    const [begin, end] = rising ? [-15, 15] : [15, -15];
    for (const bank of [swept.low, swept.high]) expect([bank[0], bank[200]]).toEqual([begin, end]);
  });

  it('fits a row into fewer MU by smoothing it, and leaves one alone that fits', () => {
    expect(smoothedRow(row, 6)).toBe(row);
    const less = smoothedRow(row, 4);
    expect(sweepMeterset(less)).toBeLessThanOrEqual(4 + 1e-12);
    const sum = (weights: Float64Array): number => weights.reduce((all, weight) => all + weight, 0);
    expect(sum(less.weights)).toBeGreaterThan(0.8 * sum(row.weights));
    expect(sweepMeterset(smoothedRow(row, 0.5))).toBeCloseTo(0.5, 12);
  });
});
