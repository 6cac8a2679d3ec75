import { expect, it } from 'vitest';
import { mirroredPositions } from '#shared/dosimetry/plan/arrange/mirrored.ts';
import { transformPoint, invertRigid } from '#shared/geometry/affine.ts';
import { bldFromPatient } from '#shared/geometry/iec.ts';

it('jaws and leaves change sides along X and stay along Y; leaves along Y change places', () => {
  const devices = [
    { type: 'ASYMX', pairs: 1 }, { type: 'ASYMY', pairs: 1 },
    { type: 'MLCX', pairs: 2, leafBoundaries: [-10, 0, 10] }, { type: 'MLCY', pairs: 2, leafBoundaries: [-10, 0, 10] },
  ] as const; // biome-ignore format: devices
  expect(
    mirroredPositions({ ASYMX: [-30, 50], ASYMY: [-20, 40], MLCX: [-1, -2, 3, 4], MLCY: [-1, -2, 3, 4] }, devices),
  ).toEqual({ ASYMX: [-50, 30], ASYMY: [-20, 40], MLCX: [-3, -4, 1, 2], MLCY: [-2, -1, 4, 3] });
  const odd = [{ type: 'MLCY', pairs: 2, leafBoundaries: [-10, 0, 20] }] as const;
  expect(() => mirroredPositions({ MLCY: [0, 0, 1, 1] }, odd)).toThrow('not the same on both sides');
});

it.each([0, 30, 215])(
  'an opposed beam with its collimator mirrored (%d°) lets the mirrored point through',
  (collimator) => {
    const isocenter = [12, -7, 30] as const;
    const there = bldFromPatient({ gantry: 50, collimator, couch: 20 }, isocenter);
    const back = bldFromPatient({ gantry: 230, collimator: (360 - collimator) % 360, couch: 20 }, isocenter);
    const point = transformPoint(invertRigid(there), [17, -23, 0]);
    const seen = transformPoint(back, point);
    [-17, -23, 0].forEach((value, axis) => expect(seen[axis]).toBeCloseTo(value, 9));
  },
);
