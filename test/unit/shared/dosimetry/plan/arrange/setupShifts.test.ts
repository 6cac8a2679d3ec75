import { describe, expect, it } from 'vitest';
import {
  couchShift,
  crossingOf,
  marksOf,
  patientVector,
  shiftWords,
} from '#shared/dosimetry/plan/arrange/setupShifts.ts';

/** The isocenter lies 10 mm left, 30 mm anterior and 20 mm superior of the marks (LPS x, −y, z). */
const marks = [100, 50, -200] as const;
const isocenter = [110, 20, -180] as const;

describe('couch shifts from marks, by hand', () => {
  it.each([
    // On the back, head to the gantry: left is to the right (seen towards the gantry), anterior up, superior to the gantry.
    ['HFS', { vertical: -30, longitudinal: -20, lateral: -10 }],
    // On the front: left and anterior change sides.
    ['HFP', { vertical: 30, longitudinal: -20, lateral: 10 }],
    // Feet to the gantry, on the back: superior points away from it and left to the left.
    ['FFS', { vertical: -30, longitudinal: 20, lateral: 10 }],
    ['FFP', { vertical: 30, longitudinal: 20, lateral: -10 }],
    // Head first on the right side: left is up and anterior to the left, so that the isocenter lies 10 up, 30 to the left and 20 in.
    ['HFDR', { vertical: -10, longitudinal: -20, lateral: 30 }],
  ] as const)('%s', (position, expected) => {
    const shift = couchShift(marks, isocenter, position);
    for (const key of ['vertical', 'longitudinal', 'lateral'] as const)
      expect(shift[key]).toBeCloseTo(expected[key], 9);
    marksOf(shift, isocenter, position).forEach((value, axis) => expect(value).toBeCloseTo(marks[axis], 9));
  });

  it('are said in the directions of the couch', () => {
    expect(shiftWords(couchShift(marks, isocenter, 'HFS'))).toBe(
      'down 30.0 mm, out (from the gantry) 20.0 mm, left 10.0 mm',
    );
    expect(shiftWords({ vertical: 0, longitudinal: 0.01, lateral: 0 })).toBe('no shift');
    expect(() => couchShift(marks, isocenter, 'SITTING')).toThrow('"SITTING" is not supported');
    expect(patientVector([0, 0, 5], 'HFP').map((value) => Math.round(value * 1e9) / 1e9 + 0)).toEqual([0, 5, 0]);
  });
});

describe('three skin marks', () => {
  it('the lasers cross at the height of those beside and the side of the one in front', () => {
    expect(
      crossingOf([
        [-160, 12, -99],
        [4, -110, -101],
        [170, 18, -100],
      ]),
    ).toEqual([4, 15, -100]);
  });

  it('that do not lie as marks do are refused', () => {
    expect(() =>
      crossingOf([
        [0, 0, 0],
        [2, 0, 0],
        [90, 0, 0],
      ]),
    ).toThrow('one between them');
    expect(() =>
      crossingOf([
        [-160, 0, 0],
        [0, -100, 30],
        [160, 0, 0],
      ]),
    ).toThrow('30.0 mm apart');
  });
});
