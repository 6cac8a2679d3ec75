import { describe, expect, it } from 'vitest';
import { sectorsOf } from '#shared/dosimetry/beam/sectors.ts';
import type { BeamSegment } from '#shared/dosimetry/beam/segments.ts';

const segment = (gantry: number, weight = 1, couch = 0): BeamSegment => ({
  angles: { gantry, collimator: 10, couch },
  isocenter: [0, 0, 0],
  apertures: [{ weight, positions: {} }],
});
const gantries = (angles: readonly number[], width: number): number[][] =>
  sectorsOf(
    angles.map((angle) => segment(angle)),
    width,
  ).map((sector) => sector.segments.map((one) => one.angles.gantry));

describe('sectors of an arc', () => {
  it('hold neighbours within less than their width, across 0° and in either sense', () => {
    expect(gantries([355, 357, 359, 1, 3, 5], 8)).toEqual([
      [355, 357, 359, 1],
      [3, 5],
    ]);
    expect(gantries([5, 3, 1, 359, 357, 355], 4)).toEqual([
      [5, 3],
      [1, 359],
      [357, 355],
    ]);
  });

  it('of no width are the segments', () => {
    expect(gantries([10, 10.5, 11], 0)).toEqual([[10], [10.5], [11]]);
  });

  it('stand at the mean gantry angle by meterset', () => {
    const [sector] = sectorsOf([segment(358, 1), segment(2, 3)], 8);
    expect(sector.angles).toEqual({ gantry: 1, collimator: 10, couch: 0 });
    expect(sectorsOf([segment(359, 3), segment(1, 1)], 8)[0].angles.gantry).toBeCloseTo(359.5, 12);
  });

  it('end where couch or isocenter changes', () => {
    const moved = { ...segment(1), isocenter: [0, 0, 1] as const };
    expect(sectorsOf([segment(0), segment(1), segment(1, 1, 5), moved], 8)).toHaveLength(3);
  });
});
