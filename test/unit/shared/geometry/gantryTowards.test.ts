import { expect, it } from 'vitest';
import { gantryTowards } from '#shared/geometry/gantryTowards.ts';
import { iecFromPatient, sourcePosition } from '#shared/geometry/iec.ts';

it.each(['HFS', 'HFP', 'FFS', 'FFDL'])('is the angle of the beam whose source stands there (%s)', (position) => {
  const iec = iecFromPatient(position);
  if (iec === undefined) throw new Error(position);
  for (const [gantry, couch] of [
    [0, 0],
    [37, 0],
    [200, 0],
    [300, 40],
    [123, 320],
  ] as const) {
    const source = sourcePosition({ gantry, collimator: 15, couch }, [10, -20, 30], 1000, iec);
    expect(gantryTowards(source, [10, -20, 30], couch, iec)).toBeCloseTo(gantry, 6);
  }
});

it('by hand: anterior of a patient on the back is 0°, left is 90°; on the gantry’s axis there is none', () => {
  const iec = iecFromPatient('HFS');
  if (iec === undefined) throw new Error('HFS');
  expect(gantryTowards([0, -100, 0], [0, 0, 0], 0, iec)).toBeCloseTo(0, 9);
  expect(gantryTowards([100, 0, 70], [0, 0, 0], 0, iec)).toBeCloseTo(90, 9);
  expect(gantryTowards([0, 0, 50], [0, 0, 0], 0, iec)).toBeUndefined();
});
