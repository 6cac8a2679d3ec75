import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import type { Limit } from '#shared/optimization/deliverability/violation.ts';
import { beamOf, machine, PAIRS } from './judgedBeams.ts';

/** Fixed, so that every run tests the same beams; another seed is another sample of the same statement. */
const RUNS = { seed: 20261128, numRuns: 60 };
const { limits, mlc } = machine;

/** Between 0 and 1, as a beam is made of them. */
type Shares = readonly number[];

interface Draw {
  readonly points: number;
  readonly clockwise: boolean;
  readonly spacing: number;
  readonly start: number;
  readonly metersetPerDegree: number;
  readonly shares: Shares;
  readonly jaws: readonly (readonly [number, number])[];
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const drawn: fc.Arbitrary<Draw> = fc.record({
  points: fc.integer({ min: 3, max: 12 }),
  clockwise: fc.boolean(),
  spacing: fc.double({ min: 2, max: 12, noNaN: true }),
  start: share,
  metersetPerDegree: fc.double({ min: 0.5, max: 6, noNaN: true }),
  shares: fc.array(share, { minLength: 40, maxLength: 40 }),
  jaws: fc.array(fc.tuple(share, share), { minLength: 12, maxLength: 12 }),
});

/**
 * An arc within all limits: it stays on one side of 180°, gives between half and one and a half of the mean MU in every interval, and its leaves
 * keep to both sides of a middle that they never cross, so that pairs neither close nor pass each other.
 */
function legalArc({ points, clockwise, spacing, start, metersetPerDegree, shares, jaws }: Draw): Beam {
  const sweep = spacing * (points - 1);
  const first = 180 + (clockwise ? 1 : -1) * (start * (360 - sweep));
  const steps = Array.from({ length: points - 1 }, (_, n) => 0.5 + shares[n]);
  const whole = steps.reduce((sum, step) => sum + step, 0);
  const meterset = metersetPerDegree * sweep;
  const weights = [0, ...steps.map((_, n) => steps.slice(0, n + 1).reduce((sum, step) => sum + step, 0) / whole)];
  weights[points - 1] = 1;
  // Within this of where they began, leaves and jaws keep their speeds in the shortest of all intervals.
  const quickest = Math.min(...steps) / whole;
  const seconds = Math.min((60 * meterset * quickest) / limits.minimumDoseRate!, spacing / limits.minimumGantrySpeed!);
  const reach = Math.min(60, 0.9 * mlc!.leafSpeed! * seconds, 0.9 * limits.jawSpeed! * seconds);
  const middle = 60 * (shares[20] - 0.5);
  return beamOf(
    weights.map((metersetWeight, n): Partial<ControlPoint> => {
      const open = (leaf: number): number => 0.3 + reach * shares[(7 * leaf + 11 * n) % shares.length];
      return {
        gantry: (((first + (clockwise ? 1 : -1) * spacing * n) % 360) + 360) % 360,
        gantryDirection: n === points - 1 ? 'NONE' : clockwise ? 'CW' : 'CC',
        metersetWeight,
        collimator: 360 * shares[21],
        couch: 90 - 180 * shares[22],
        doseRate: limits.doseRate,
        positions: {
          ASYMX: [middle - 1 - reach * jaws[n][0], middle + 1 + reach * jaws[n][1]],
          ASYMY: [-1 - reach * jaws[n][1], 1 + reach * jaws[n][0]],
          MLCX: Array.from({ length: 2 * PAIRS }, (_, leaf) => middle + (leaf < PAIRS ? -1 : 1) * open(leaf)),
        },
      };
    }),
    { type: 'DYNAMIC', meterset },
  );
}

/** Illegal changes of control point `n`, by a random amount `by` of 0…1 and at a random leaf pair. */
const CHANGES: Readonly<Partial<Record<Limit, (point: ControlPoint, by: number, pair: number) => Partial<ControlPoint>>>> = {
  machine: (_, by) => ({ nominalEnergy: 7 + 10 * by }),
  angle: (_, by) => ({ couch: 91 + 170 * by }),
  'dose-rate': (_, by) => ({ doseRate: limits.doseRate + 1 + 1000 * by }),
  'collimator-speed': ({ collimator }, by) => ({ collimator: collimator + 0.1 + 90 * by }),
  'couch-travel': ({ isocenter: [x, y, z] }, by) => ({ isocenter: [x, y, z + 0.1 + 100 * by] }),
  'jaw-range': ({ positions }, by) => ({ positions: { ...positions, ASYMY: [-201 - 100 * by, 20] } }),
  'jaws-crossed': ({ positions }, by) => ({ positions: { ...positions, ASYMX: [10 + 50 * by, 9] } }),
  'leaf-range': (point, by, pair) => leafTo(point, pair, -200.1 - 100 * by),
  'leaf-gap': (point, by, pair) => leafTo(point, pair, point.positions.MLCX![PAIRS + pair] - 0.45 + 20 * by),
  'leaf-span': (point, by, pair) => leafTo(point, pair, Math.max(...point.positions.MLCX!.slice(0, PAIRS)) - 150.1 - 20 * by),
  interdigitation: (point, by, pair) => leafTo(point, pair, (point.positions.MLCX![PAIRS + (pair === 0 ? 1 : pair - 1)] ?? 0) + 0.1 + 20 * by),
  position: (point, _, pair) => leafTo(point, pair, Number.NaN),
}; // biome-ignore format: a table

function leafTo({ positions }: ControlPoint, leaf: number, to: number): Partial<ControlPoint> {
  return { positions: { ...positions, MLCX: positions.MLCX!.map((at, n) => (n === leaf ? to : at)) } };
}

describe('random beams', () => {
  it('have no violation where they are made within the limits', () => {
    fc.assert(
      fc.property(drawn, (draw) => {
        expect(checkDeliverability(legalArc(draw), machine)).toEqual({ violations: [], unchecked: [] });
      }),
      RUNS,
    );
  });

  it.each(Object.keys(CHANGES) as (keyof typeof CHANGES)[])('with one illegal change are found out: %s', (limit) => {
    fc.assert(
      fc.property(drawn, share, share, share, (draw, where, by, which) => {
        const beam = legalArc(draw);
        const n = Math.min(draw.points - 1, Math.floor(where * draw.points));
        const pair = Math.min(PAIRS - 1, Math.floor(which * PAIRS));
        const controlPoints = beam.controlPoints.map((point, k) =>
          k === n ? { ...point, ...CHANGES[limit]!(point, by, pair) } : point,
        );
        const { violations } = checkDeliverability({ ...beam, controlPoints }, machine);
        const found = violations.filter((violation) => violation.limit === limit);
        expect(found.length).toBeGreaterThan(0);
        // At the place: what ends a movement bears its index, and so does the next movement's end.
        for (const { controlPoint } of found) expect([n, n + 1]).toContain(controlPoint);
      }),
      RUNS,
    );
  });

  it('whose MU are given too fast for their movements are found out, and who give them slower are not', () => {
    fc.assert(
      fc.property(drawn, (draw) => {
        const beam = legalArc(draw);
        // So few MU that they do not last for the turn at the lowest dose rate, but enough per degree.
        const meterset =
          (0.5 * draw.spacing * (draw.points - 1) * limits.minimumDoseRate!) / (60 * limits.gantrySpeed!);
        const found = checkDeliverability({ ...beam, meterset }, machine).violations.map(
          (violation) => violation.limit,
        );
        expect(found).toContain('gantry-speed');
      }),
      RUNS,
    );
  });
});
