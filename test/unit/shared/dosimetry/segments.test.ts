import { describe, expect, it } from 'vitest';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';

const { beam: open } = createBeam({
  number: 1,
  name: 'ARC',
  machine: machineByName('GENERIC_6MV'),
  angles: { gantry: 0, collimator: 0, couch: 0 },
  isocenter: [0, 0, 0],
  iecFromLps: iecFromPatient('HFS')!,
});
/** A beam of two control points. */
const between = (from: Partial<ControlPoint>, to: Partial<ControlPoint>): Beam => ({
  ...open,
  controlPoints: [
    { ...open.controlPoints[0], ...from },
    { ...open.controlPoints[1], ...from, gantryDirection: 'NONE', ...to },
  ],
});
const gantries = (beam: Beam): number[] => segmentsOf(beam).map(({ angles }) => angles.gantry);

describe('an interval that turns far', () => {
  it('is cut into steps of at most 4°, of equal weight, in the stated sense', () => {
    const segments = segmentsOf(between({ gantry: 181, gantryDirection: 'CW' }, { gantry: 179 }));
    expect(segments).toHaveLength(90); // 358° / 4° and up
    expect(segments[0].angles.gantry).toBeCloseTo(181 + 358 / 180, 9);
    expect(segments[89].angles.gantry).toBeCloseTo(179 - 358 / 180, 9);
    const weights = segments.map(({ apertures }) => apertures.reduce((sum, { weight }) => sum + weight, 0));
    for (const weight of weights) expect(weight).toBeCloseTo(1 / 90, 12);
    expect(gantries(between({ gantry: 6, gantryDirection: 'CC' }, { gantry: 354 }))).toEqual([4, 0, 356]);
  });

  it('of 4° or less stays whole at its middle angle', () => {
    expect(gantries(between({ gantry: 358, gantryDirection: 'CW' }, { gantry: 2 }))).toEqual([0]);
    expect(gantries(between({ gantry: 30 }, { gantry: 30 }))).toEqual([30]);
  });

  it('moves the leaves along with the gantry', () => {
    const jaws = (x: number): Partial<ControlPoint> => ({ positions: { ASYMX: [x, x + 10], ASYMY: [-10, 10] } });
    const beam = between(
      { gantry: 0, gantryDirection: 'CW', ...jaws(0) },
      { gantry: 12, ...jaws(6) }, // half a millimetre a degree
    );
    const middles = segmentsOf(beam).map(({ apertures }) =>
      apertures.reduce((sum, { weight, positions }) => sum + weight * 3 * (positions.ASYMX?.[0] ?? 0), 0),
    );
    expect(middles).toHaveLength(3);
    [1, 3, 5].forEach((x, n) => expect(middles[n]).toBeCloseTo(x, 9));
  });

  it('of collimator or couch is cut, too, the short way', () => {
    const turning = between({ collimator: 354, couch: 0 }, { collimator: 6, couch: 3 });
    expect(segmentsOf(turning).map(({ angles }) => [angles.collimator, angles.couch])).toEqual([
      [356, 0.5],
      [0, 1.5],
      [4, 2.5],
    ]);
  });
});

it('refuses an isocenter that moves while the beam is on', () => {
  expect(() => segmentsOf(between({}, { isocenter: [0, 0, 10] }))).toThrow(/isocenter moves/);
});
