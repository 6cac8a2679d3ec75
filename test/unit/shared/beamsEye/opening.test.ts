import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingOf, rectangle } from '#shared/beamsEye/opening.ts';
import { areaOf, combineRings, mergeRings, signedArea } from '#shared/structures/contours/rings.ts';

const PAIRS = 8;
const leafBoundaries = Array.from({ length: PAIRS + 1 }, (_, n) => 5 * n - 20);

/** Positions to a tenth of a millimetre; every third pair may be shut. */
const ends = fc.array(
  fc.record({
    at: fc.integer({ min: -300, max: 300 }),
    open: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300 })),
  }),
  { minLength: PAIRS, maxLength: PAIRS },
);

describe('what leaves open', () => {
  it.each(['MLCX', 'MLCY'] as const)('is the union of what each pair opens: %s', (type) => {
    fc.assert(
      fc.property(ends, (pairs) => {
        const [negative, positive] = [pairs.map(({ at }) => at / 10), pairs.map(({ at, open }) => (at + open) / 10)];
        const device = { type, pairs: PAIRS, leafBoundaries, sourceDistance: 400 };
        const open = openingOf({ devices: [device] }, { positions: { [type]: [...negative, ...positive] } });
        const strips = pairs.map((_, n) =>
          type === 'MLCX'
            ? rectangle(negative[n], leafBoundaries[n], positive[n], leafBoundaries[n + 1])
            : rectangle(leafBoundaries[n], negative[n], leafBoundaries[n + 1], positive[n]),
        );
        const union = mergeRings(strips);
        expect(areaOf(open)).toBeCloseTo(areaOf(union), 6);
        expect(areaOf(combineRings('subtract', union, open)) + areaOf(combineRings('subtract', open, union))).toBe(0);
        for (const ring of open) expect(signedArea(ring)).toBeGreaterThan(0);
      }),
    );
  });

  it('has its area where boundaries are listed falling, and none where an end is no number', () => {
    const device = { type: 'MLCX' as const, pairs: 2, leafBoundaries: [5, 0, -5], sourceDistance: 400 };
    const open = (ends: number[]) => openingOf({ devices: [device] }, { positions: { MLCX: ends } });
    expect(open([-10, -10, 10, 10]).map(signedArea)).toEqual([200]);
    expect(open([Number.NaN, -10, 10, 10]).map(signedArea)).toEqual([100]);
  });

  it('pairs that meet in a corner only are two openings', () => {
    const device = { type: 'MLCX' as const, pairs: 2, leafBoundaries: [-5, 0, 5], sourceDistance: 400 };
    expect(openingOf({ devices: [device] }, { positions: { MLCX: [-10, 0, 0, 10] } })).toHaveLength(2);
  });
});
