import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastSquares, uncertaintiesOf } from '#shared/dosimetry/commissioning/leastSquares.ts';

const free = { low: -100, high: 100, step: 0.01 };
const xs = Array.from({ length: 20 }, (_, n) => n / 4);

describe('least squares', () => {
  it('finds a decaying exponential', async () => {
    const data = xs.map((x) => 3 * Math.exp(-0.7 * x) + 0.5);
    const { values, after } = await leastSquares(
      (p) => Promise.resolve(xs.map((x, n) => p[0] * Math.exp(-p[1] * x) + p[2] - data[n])),
      [1, 0.2, 0],
      [free, free, free],
    );
    expect(values[0]).toBeCloseTo(3, 3);
    expect(values[1]).toBeCloseTo(0.7, 3);
    expect(values[2]).toBeCloseTo(0.5, 3);
    expect(after).toBeLessThan(1e-3);
  });

  it('ends at a bound that the minimum lies beyond', async () => {
    const { values } = await leastSquares(
      (p) => Promise.resolve([p[0] - 5, p[1] + 2]),
      [0, 0],
      [{ ...free, high: 3 }, free],
    );
    expect(values).toEqual([3, expect.closeTo(-2, 6)]);
  });

  it('gives the standard deviations of a straight line (closed form)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: -5, max: 5, noNaN: true }), async (slope) => {
        const { values, uncertainties } = await leastSquares(
          (p) => Promise.resolve(xs.map((x) => p[0] + p[1] * x - slope * x)),
          [0, 0],
          [free, free],
        );
        // A slope of less than the step that ends the search stays at the start.
        expect(values[1]).toBeCloseTo(slope, 3);
        const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
        const spread = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0);
        expect(uncertainties[1]).toBeCloseTo(1 / Math.sqrt(spread), 4);
      }),
      { numRuns: 20 },
    );
  });

  it('says that what only a sum determines is not determined', () => {
    const [a, b] = uncertaintiesOf([xs, xs], 2);
    expect(Math.min(a, b)).toBeGreaterThan(100);
    expect(uncertaintiesOf([xs.map(() => 0)], 1)).toEqual([Infinity]);
  });
});
