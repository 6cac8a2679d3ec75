import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweep } from '#shared/optimization/sequencing/schedule.ts';

const HAIR = 1e-9;

const anyField = fc
  .record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 8 }) })
  .chain(({ rows, columns }) =>
    fc
      .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 30, noNaN: true })), {
        minLength: rows * columns,
        maxLength: rows * columns,
      })
      .map((values) => ({ rows, columns, values: Float64Array.from(values) })),
  );

describe('a sweep of leaf pairs', () => {
  it.each([
    { crossing: 2, interdigitation: true, synchronised: false },
    { crossing: 0, interdigitation: false, synchronised: false },
    { crossing: 1.5, interdigitation: false, synchronised: true },
  ])('keeps leaf speed and its neighbours: %j', (rules) => {
    fc.assert(
      fc.property(anyField, ({ rows, columns, values }) => {
        const { leaves, total } = sweep(values, rows, columns, rules);
        const closed = leaves.map((at, n) => at + values[n]);
        let least = 0;
        for (let row = 0; row < rows; row++) {
          let rises = values[row * columns];
          for (let n = row * columns; n < (row + 1) * columns; n++) {
            expect(closed[n] + rules.crossing).toBeLessThanOrEqual(total + HAIR);
            if (n > row * columns) {
              rises += Math.max(0, values[n] - values[n - 1]);
              expect(leaves[n]).toBeGreaterThanOrEqual(leaves[n - 1] + rules.crossing - HAIR);
              expect(closed[n]).toBeGreaterThanOrEqual(closed[n - 1] + rules.crossing - HAIR);
            }
            if (row === 0) continue;
            const other = n - columns;
            if (!rules.interdigitation) {
              expect(leaves[n]).toBeLessThanOrEqual(closed[other] + HAIR);
              expect(leaves[other]).toBeLessThanOrEqual(closed[n] + HAIR);
            }
            if (!rules.synchronised) continue;
            // The shorter of both openings lies within the longer.
            const [inner, outer] = values[n] <= values[other] ? [n, other] : [other, n];
            expect(leaves[inner]).toBeGreaterThanOrEqual(leaves[outer] - HAIR);
            expect(closed[inner]).toBeLessThanOrEqual(closed[outer] + HAIR);
          }
          least = Math.max(least, rises + rules.crossing * columns);
        }
        // No sweep is quicker than its worst row; where rows are free, none need be slower.
        expect(total).toBeGreaterThan(least - HAIR);
        if (rules.interdigitation) expect(total).toBeCloseTo(least, 9);
      }),
      { numRuns: 60 },
    );
  });
});
