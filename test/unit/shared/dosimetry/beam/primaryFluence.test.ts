import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FluenceMap, fluenceMap, meanFluence } from '#shared/dosimetry/beam/fluenceMap.ts';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';
import { bare, beamWith, fluenceOf } from './head.ts';

const reference = machineByName('REF_6MV_POINT');
const generic = machineByName('GENERIC_6MV');

const mapOf = (machine: Machine, ...positions: ControlPoint['positions'][]): FluenceMap =>
  fluenceOf(machine, beamWith(machine, ...positions));

describe('fluence map', () => {
  it('integrates exactly over any rectangle', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
        fc.tuple(...[0, 1].map(() => fc.double({ min: -4, max: 4, noNaN: true }))),
        fc.tuple(...[0, 1].map(() => fc.double({ min: 0.1, max: 6, noNaN: true }))),
        (values, [x, y], [a, b]) => {
          const map = fluenceMap(Float64Array.from(values), { pixel: 1, width: 4, height: 3, x0: -2, y0: -1.5 });
          let expected = 0;
          for (let n = 0; n < 12; n++) {
            const [left, bottom] = [-2 + (n % 4), -1.5 + Math.floor(n / 4)];
            const w = Math.max(0, Math.min(x + a / 2, left + 1) - Math.max(x - a / 2, left));
            const h = Math.max(0, Math.min(y + b / 2, bottom + 1) - Math.max(y - b / 2, bottom));
            expected += values[n] * w * h;
          }
          expect(meanFluence(map, x, y, a, b)).toBeCloseTo(expected / (a * b), 9);
        },
      ),
    );
  });
});

describe('primary fluence', () => {
  it('of an ideal machine is 1 inside the jaws, 0 outside, and area-weighted on the edge', () => {
    const map = mapOf(reference, { ASYMX: [-20.1, 50], ASYMY: [-30, 30] });
    expect(meanFluence(map, 0, 0, 5, 5)).toBeCloseTo(1, 12);
    expect(meanFluence(map, 60, 0, 5, 5)).toBe(0);
    expect(meanFluence(map, 0, 0, 300, 300) * 300 * 300).toBeCloseTo(70.1 * 60, 6);
    expect(meanFluence(map, 50, 0, 5, 5)).toBeCloseTo(0.5, 12);
    expect(meanFluence(map, -20, 0, 5, 5)).toBeCloseTo(2.6 / 5, 12);
  });

  it('reads X and Y jaws too, and an absent jaw as open', () => {
    const map = mapOf(reference, { X: [-10, 10] });
    expect(meanFluence(map, 0, 180, 5, 5)).toBeCloseTo(1, 12);
    expect(meanFluence(map, 20, 0, 5, 5)).toBe(0);
  });

  it('leaves cut their own strips; what they cover lets their transmission through, jaws theirs on top', () => {
    const plain = bare({ jawTransmission: 0.005 }, { transmission: 0.015 });
    const ends = plain.mlc!.leafBoundaries.slice(1).map((_, pair) => (pair === 30 ? 40 : pair === 29 ? 20 : 0));
    const positions = { ASYMX: [-50, 50], ASYMY: [-50, 50], MLCX: [...ends.map((end) => -end), ...ends] };
    const map = mapOf(plain, positions);
    // Pair 30 covers y = 0…5, pair 29 y = −5…0.
    expect(meanFluence(map, 30, 2.5, 1, 1)).toBeCloseTo(1, 12);
    expect(meanFluence(map, 30, -2.5, 1, 1)).toBeCloseTo(0.015, 12);
    expect(meanFluence(map, 10, -2.5, 1, 1)).toBeCloseTo(1, 12);
    expect(meanFluence(map, 0, 30, 1, 1)).toBeCloseTo(0.015, 12);
    expect(meanFluence(map, 100, 2.5, 1, 1)).toBeCloseTo(0.015 * 0.005, 12);
    expect(meanFluence(map, 30, 0, 1, 1)).toBeCloseTo(0.5 * (1 + 0.015), 12);
  });

  it('rises off axis by the horn', () => {
    const flat: Machine = {
      ...generic,
      beam: { ...generic.beam, extraFocal: { ...generic.beam.extraFocal, weight: 0 } },
    };
    const open = (half: number, machine: Machine): FluenceMap =>
      mapOf({ ...machine, mlc: undefined }, { ASYMX: [-half, half], ASYMY: [-half, half] });
    const wide = open(150, flat);
    expect(meanFluence(wide, 100, 0, 1, 1) / meanFluence(wide, 0, 0, 1, 1)).toBeCloseTo(1.054, 2);
  });

  it('weights step-and-shoot segments and sweeps moving jaws', () => {
    const map = mapOf(reference, { ASYMX: [-50, -50], ASYMY: [-50, 50] }, { ASYMX: [-50, 50], ASYMY: [-50, 50] });
    // The jaw opens at constant speed: a point is open for the share of time after the jaw passed it.
    expect(meanFluence(map, -25, 0, 4, 4)).toBeCloseTo(0.75, 2);
    expect(meanFluence(map, 25, 0, 4, 4)).toBeCloseTo(0.25, 2);
  });

  it('refuses leaves that do not fit their boundaries, machines without leaves and dual layers, by name', () => {
    expect(() => mapOf(generic, { MLCX: [0, 1] })).toThrow(/MLCX positions do not fit its leaf boundaries/);
    expect(() => mapOf(reference, { MLCX: [0, 1] })).toThrow(/REF_6MV_POINT has no MLC/);
    expect(() => mapOf(generic, { MLCX1: [0, 1] })).toThrow(/dual-layer leaves are not modelled/);
  });
});

describe('segments of a beam', () => {
  const beam = beamWith(generic, { ASYMX: [-50, 50], ASYMY: [-50, 50] });

  it('an arc gives one segment an interval at its middle angle, in the stated sense', () => {
    const point = (gantry: number, metersetWeight: number): ControlPoint => ({
      ...beam.controlPoints[0],
      gantry,
      gantryDirection: 'CC',
      metersetWeight,
    });
    const arc = segmentsOf({ ...beam, controlPoints: [point(2, 0), point(358, 0.25), point(354, 1)] });
    expect(arc.map(({ angles }) => angles.gantry)).toEqual([0, 356]);
    expect(arc.map(({ apertures }) => apertures.reduce((sum, { weight }) => sum + weight, 0))).toEqual([0.25, 0.75]);
  });

  it('refuses falling or incomplete meterset weights and single control points', () => {
    const [first] = beam.controlPoints;
    const weights = (...values: number[]): Beam => ({
      ...beam,
      controlPoints: values.map((metersetWeight) => ({ ...first, metersetWeight })),
    });
    expect(() => segmentsOf(weights(0, 0.6, 0.5, 1))).toThrow(/must not fall/);
    expect(() => segmentsOf(weights(0, 0.6))).toThrow(/deliver 0.6 of the final/);
    expect(() => segmentsOf(weights(0))).toThrow(/two control points/);
    expect(() => segmentsOf(weights(0, Number.NaN))).toThrow(/must not fall/);
  });
});
