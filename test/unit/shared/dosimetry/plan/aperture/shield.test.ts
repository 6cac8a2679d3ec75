import { expect, it } from 'vitest';
import { shieldedPositions } from '#shared/dosimetry/plan/aperture/shield.ts';

const devices = [{ type: 'MLCX', pairs: 4, leafBoundaries: [-20, -10, 0, 10, 20] }] as const;
const positions = { ASYMX: [-40, 40], ASYMY: [-20, 20], MLCX: [-40, -40, -40, -40, 40, 40, 40, 40] };

it('one leaf of every pair that sees a hot point goes over it, from the nearer side, and no other', () => {
  // A hot spot at x 20…31, y 2…8: only the third pair, whose right leaf covers less of the opening.
  expect(shieldedPositions({ devices }, { positions }, [20, 2, 31, 8], 1, 0.5)).toEqual({
    ...positions,
    MLCX: [-40, -40, -40, -40, 40, 40, 19, 40],
  });
  // At x −30, y −9.5, with 1 mm beside: the second pair and, half a millimetre away, the first.
  expect(shieldedPositions({ devices }, { positions }, [-30, -9.5], 1, 0.5)?.MLCX).toEqual([
    -29, -29, -40, -40, 40, 40, 40, 40,
  ]);
});

it('a pair that would have nothing left open closes to the least gap; nothing to shield is nothing', () => {
  expect(shieldedPositions({ devices }, { positions }, [-39.5, 5, 39.5, 5], 1, 0.5)?.MLCX).toEqual([
    -40, -40, 39.5, -40, 40, 40, 40, 40,
  ]);
  expect(shieldedPositions({ devices }, { positions }, [60, 5], 1, 0.5)).toBeUndefined();
  expect(shieldedPositions({ devices }, { positions }, [], 1, 0.5)).toBeUndefined();
});
