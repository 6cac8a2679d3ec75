import { describe, expect, it } from 'vitest';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { Beam } from '#shared/model/plan.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import type { Limit } from '#shared/optimization/deliverability/violation.ts';
import { arc, beamOf, leaves, machine, PAIRS, positionsWith, steps, throughout } from './judgedBeams.ts';

const mlc = machine.mlc!;
const withLimits = (limits: Partial<Machine['limits']>): Machine => ({
  ...machine,
  limits: { ...machine.limits, ...limits },
});
const withMlc = (changes: Partial<typeof mlc>): Machine => ({ ...machine, mlc: { ...mlc, ...changes } });
const limitsOf = (beam: Beam, judge = machine): Limit[] => [
  ...new Set(checkDeliverability(beam, judge).violations.map(({ limit }) => limit)),
];
/** All negative-side leaves at `low`, all others at `high`, but what `change` says. */
const bank = (low: number, high: number, change: Readonly<Record<number, number>> = {}): number[] =>
  leaves().map((_, n) => change[n] ?? (n < PAIRS ? low : high));
const open = beamOf([{ metersetWeight: 0 }, { metersetWeight: 1 }]);
/** An open field behind a wedge. */
const wedged = (id: string, orientation: number): Beam => ({
  ...throughout(open, { wedgePositions: { 1: 'IN' } }),
  wedges: [{ number: 1, type: 'STANDARD', id, orientation }],
});
const { ASYMX: _none, ...withoutX } = arc().controlPoints[0].positions;

/** A planted violation: the limit, where it is told (none: of the beam), the beam, and the machine where it is another. */
type Planted = readonly [Limit, string, readonly (number | undefined)[], Beam, Machine?];
const PLANTED: readonly Planted[] = [
  ['machine', 'energy', [1], arc({ nominalEnergy: 10 })],
  ['machine', 'source–axis distance', [undefined], arc({}, { sourceAxisDistance: 800 })],
  ['machine', 'radiation', [undefined], arc({}, { radiationType: 'ELECTRON' })],
  ['machine', 'fluence mode', [undefined], arc({}, { fluenceMode: 'NON_STANDARD' })],
  [
    'device',
    'a layer that the machine lacks',
    [undefined],
    {
      ...throughout(arc(), { positions: { ...arc().controlPoints[0].positions, MLCX1: [0, 0] } }),
      devices: [...arc().devices, { type: 'MLCX1', pairs: 1 }],
    },
  ],
  [
    'device',
    'leaf edges that are others',
    [undefined],
    arc({}, { devices: [{ type: 'MLCX', pairs: PAIRS, leafBoundaries: mlc.leafBoundaries.map((at) => at + 1) }] }),
  ],
  [
    'device',
    'fewer leaves',
    [undefined],
    arc({}, { devices: [{ type: 'MLCX', pairs: 2, leafBoundaries: mlc.leafBoundaries.slice(0, 3) }] }),
  ],
  ['device', 'a leaf position too few', [1], arc(positionsWith(leaves().slice(1)))],
  ['device', 'a jaw too many', [1], arc(positionsWith(leaves(), [-20, 20, 20]))],
  ['wedge', 'that the machine lacks', [undefined], wedged('W99', 0)],
  ['wedge', 'that ends within the field', [0, 1], throughout(wedged('W60', 0), positionsWith(leaves(), [-20, 20], [-76, 20]))],
  ['position', 'a leaf nowhere', [1], arc(positionsWith(leaves({ 7: Number.NaN })))],
  ['position', 'jaws nowhere', [0, 1, 2], throughout(arc(), { positions: withoutX })],
  ['beam-type', 'STATIC that turns', [1, 2], arc({}, { type: 'STATIC' })],
  ['control-points', 'too many', [undefined], arc(), withLimits({ maximumControlPoints: 2 })],
  ['control-points', 'one', [undefined], beamOf([{ metersetWeight: 0 }], { finalMetersetWeight: 0, meterset: 0 })],
  ['meterset', 'too much', [undefined], steps({ meterset: 10_000 })],
  ['meterset', 'too little', [undefined], beamOf([{ metersetWeight: 0 }, { metersetWeight: 1 }], { meterset: 0.9 }), withLimits({ minimumSegmentMeterset: 0.5 })],
  ['meterset', 'negative', [undefined], steps({ meterset: -1 })],
  ['meterset-order', 'falling', [2], arc({ metersetWeight: 1.2 })],
  ['meterset-order', 'first', [0], arc({ metersetWeight: 0.1 }, {}, 0)],
  ['meterset-order', 'last', [undefined], arc({}, { finalMetersetWeight: 2 })],
  ['meterset-order', 'none at all', [undefined], throughout(steps({ finalMetersetWeight: 0 }), { metersetWeight: 0 })],
  ['segment-meterset', 'first segment', [1], steps({}, 0.009)],
  ['segment-meterset', 'last segment', [3], steps({}, 0.991)],
  ['meterset-per-degree', 'much', [1, 2], arc({}, { meterset: 401 }), withLimits({ minimumGantrySpeed: 0.01 })],
  ['meterset-per-degree', 'little', [1, 2], arc({}, { meterset: 1.98 }), withLimits({ minimumDoseRate: 10 })],
  ['dose-rate', 'high', [1], arc({ doseRate: 601 })],
  ['dose-rate', 'low', [1], arc({ doseRate: 59 }), withLimits({ minimumGantrySpeed: 0.1 })],
  ['dose-rate', 'negative', [1], arc({ doseRate: -1 })],
  ['angle', 'couch', [0, 1, 2], throughout(arc(), { couch: 90.1 })],
  ['angle', 'collimator', [0, 1, 2], throughout(arc(), { collimator: 170 }), withLimits({ collimator: [-165, 165] })],
  ['angle', 'gantry', [2], arc(), withLimits({ gantry: [-90, 9.9] })],
  ['gantry-direction', 'none', [2], arc({ gantryDirection: 'NONE' })],
  [
    'gantry-stop',
    'passed',
    [2],
    { ...arc(), controlPoints: arc().controlPoints.map((point, n) => ({ ...point, gantry: [170, 180, 190][n] })) },
  ],
  // 1.5 MU for 10°, at least 1.67 s at 6 °/s: 54 MU/min.
  ['gantry-speed', 'fast', [1, 2], arc({}, { meterset: 3 })],
  ['gantry-slow', 'slow', [1, 2], arc({}, { meterset: 402 }), withLimits({ metersetPerDegree: [0.1, 60] })],
  ['collimator-speed', 'turning', [1, 2], arc({ collimator: 5 })],
  ['couch-speed', 'turning', [1, 2], arc({ couch: 5 })],
  ['couch-speed', 'fast', [1, 2], arc({ couch: 61 }), withLimits({ couchSpeed: 3 })],
  ['couch-travel', 'isocenter', [1, 2], arc({ isocenter: [0, 0, 1] })],
  ['jaw-range', 'X2', [1], arc(positionsWith(leaves(), [-20, 201]))],
  ['jaw-range', 'Y1', [1], arc(positionsWith(leaves(), [-20, 20], [-200.02, 20]))],
  ['jaw-range', 'over-travel', [1], arc(positionsWith(leaves(), [101, 150]))],
  ['jaws-crossed', 'X', [1], arc(positionsWith(leaves(), [5, 4]))],
  // 5 MU for 10°: 5 s at the lowest dose rate, 125 mm at most.
  ['jaw-speed', 'fast', [1, 2], arc(positionsWith(leaves(), [-146, 20]), { meterset: 10 })],
  ['leaf-speed', 'fast', [1, 2], arc(positionsWith(leaves({ 7: -136 })), { meterset: 10 })],
  // 20 s is as long as the gantry may take, however low the dose rate.
  ['leaf-speed', 'fast for the slowest gantry', [1, 2], arc(positionsWith(leaves({ 7: -136 }))), withMlc({ leafSpeed: 6 })],
  // From 125 mm one way in at most 5 s to 125 mm the other way: 50 mm/s within 5 s.
  ['leaf-acceleration', 'turning back', [1], arc(positionsWith(leaves({ 7: -135 })), { meterset: 10 }), withMlc({ leafAcceleration: 9.9 })],
  ['leaf-range', 'retracted', [1], arc(positionsWith(bank(-60, 60, { 3: -200.02 })))],
  ['leaf-range', 'over-travel', [1], arc(positionsWith(bank(150.02, 155)))],
  ['leaf-gap', 'close', [1], arc(positionsWith(leaves({ 7: 9.6 })))],
  ['leaf-gap', 'overlapping', [1], arc(positionsWith(leaves({ 7: 10.1 }))), withMlc({ interdigitation: true })],
  ['leaf-gap', 'shut where pairs may not be', [0, 1, 2], throughout(arc(), positionsWith(leaves({ 7: 10 })))],
  ['leaf-gap', 'shut and moving', [1], arc(positionsWith(leaves({ 7: 10 }))), withMlc({ closedAtRest: true })],
  ['leaf-span', 'negative bank', [1], arc(positionsWith(leaves({ 7: -160.1 })))],
  ['leaf-span', 'positive bank', [1], arc(positionsWith(leaves({ [PAIRS + 7]: 160.1 })))],
  // Pair 8 at 11 … 20, beyond the positive leaves of its neighbours at 10.
  ['interdigitation', 'passing', [1], arc(positionsWith(leaves({ 7: 11, [PAIRS + 7]: 20 })))],
]; // biome-ignore format: a table

/** All limits: the type makes sure of it. */
const LIMITS: Record<Limit, true> = {
  machine: true,
  device: true,
  wedge: true,
  position: true,
  'beam-type': true,
  'control-points': true,
  meterset: true,
  'meterset-order': true,
  'segment-meterset': true,
  'meterset-per-degree': true,
  'dose-rate': true,
  angle: true,
  'gantry-direction': true,
  'gantry-stop': true,
  'gantry-speed': true,
  'gantry-slow': true,
  'collimator-speed': true,
  'couch-speed': true,
  'couch-travel': true,
  'jaw-range': true,
  'jaws-crossed': true,
  'jaw-speed': true,
  'leaf-range': true,
  'leaf-gap': true,
  'leaf-span': true,
  interdigitation: true,
  'leaf-speed': true,
  'leaf-acceleration': true,
};

describe('checkDeliverability', () => {
  it('finds nothing in an arc and in static segments within their limits', () => {
    for (const beam of [arc(), steps(), wedged('W60', 0), wedged('W60', 90)])
      expect(checkDeliverability(beam, machine)).toEqual({ violations: [], unchecked: [] });
  });

  it.each(PLANTED.map(([limit, what, places, beam, judge = machine]) => ({ limit, what, places, beam, judge })))(
    'finds $limit: $what, and nothing else',
    ({ limit, places, beam, judge }) => {
      const { violations } = checkDeliverability(beam, judge);
      expect([...new Set(violations.map((violation) => violation.limit))]).toEqual([limit]);
      expect([...new Set(violations.map(({ controlPoint }) => controlPoint))]).toEqual(places);
      expect(violations.every((violation) => violation.beam === 4)).toBe(true);
    },
  );

  it('has a planted violation of every limit', () => {
    expect(new Set(PLANTED.map(([limit]) => limit))).toEqual(new Set(Object.keys(LIMITS)));
  });

  it('says what the machine does not state of what the beam does', () => {
    const { leafSpeed: _1, maximumSpan: _2, interdigitation: _3, leafAcceleration: _4, overTravel: _5, ...bare } = mlc;
    const { jawX, jawY, gantry, collimator, couch, maximumMeterset, doseRate } = machine.limits;
    const silent: Machine = {
      ...machine,
      limits: { jawX, jawY, gantry, collimator, couch, maximumMeterset, doseRate },
      mlc: bare,
    };
    const moving = arc({ ...positionsWith(leaves({ 7: -12 }), [-20, 21]), collimator: 1, couch: 1 });
    const { violations, unchecked } = checkDeliverability({ ...moving, meterset: undefined }, silent);
    expect(violations).toEqual([]);
    expect(unchecked).toHaveLength(14);
    expect(checkDeliverability(steps(), silent).unchecked).toContain('least MU of a segment: the machine states none');
    // What a static open field does not do needs no limit.
    expect(checkDeliverability(open, silent).unchecked).toEqual([
      'spread of a leaf bank: the machine states none',
      'interdigitation: the machine states none',
    ]);
    expect(checkDeliverability(arc({ doseRate: 0 }), machine)).toEqual({
      violations: [],
      unchecked: ['dose rate: the beam states 0 MU/min, taken for not stated'],
    });
  });

  it('gives movements all the time that the MU allow, and any with the beam off', () => {
    // 3 MU: 1.5 s for each half at 60 MU/min; 9° and 37.5 mm at most.
    expect(limitsOf(arc({}, { meterset: 3.4 }))).toEqual([]);
    expect(limitsOf(arc(positionsWith(leaves({ 5: -52 })), { meterset: 3.4 }))).toEqual([]);
    expect(limitsOf(arc(positionsWith(leaves({ 5: -53 })), { meterset: 3.4 }))).toEqual(['leaf-speed']);
    const held = beamOf(
      [
        { metersetWeight: 0 },
        { metersetWeight: 0, ...positionsWith(leaves({ 5: -150 })), collimator: 90 },
        { metersetWeight: 1, ...positionsWith(leaves({ 5: -150 })), collimator: 90 },
      ],
      { meterset: 2 },
    );
    expect(limitsOf(held)).toEqual([]);
  });

  it('judges a pair that is shut by whether it moves with the beam on', () => {
    const resting = withMlc({ closedAtRest: true });
    expect(limitsOf(throughout(arc(), positionsWith(leaves({ 7: 10 }))), resting)).toEqual([]);
    // Shut in one static segment, open in the next.
    const { controlPoints, ...beam } = steps();
    const shut = controlPoints.map((point, n) => (n < 2 ? { ...point, ...positionsWith(leaves({ 7: 10 })) } : point));
    expect(limitsOf({ ...beam, controlPoints: shut }, resting)).toEqual([]);
  });

  it('follows the gantry to its stop and back', () => {
    const turning = (angles: readonly number[], directions: readonly ('CW' | 'CC')[]): Beam =>
      beamOf(
        angles.map((gantry, n) => ({
          gantry,
          gantryDirection: directions[n] ?? 'NONE',
          metersetWeight: n / (angles.length - 1),
        })),
        { type: 'DYNAMIC', meterset: 1000 },
      );
    expect(limitsOf(turning([180, 300, 60, 180], ['CW', 'CW', 'CW']))).toEqual([]);
    expect(limitsOf(turning([180, 60, 300, 180], ['CC', 'CC', 'CC']))).toEqual([]);
    expect(limitsOf(turning([300, 60, 180, 60], ['CW', 'CW', 'CC']))).toEqual([]);
    expect(limitsOf(turning([300, 60, 180, 300], ['CW', 'CW', 'CW']))).toEqual(['gantry-stop']);
    expect(limitsOf(turning([181, 179], ['CW']))).toEqual([]);
    expect(
      limitsOf(turning([179, 181], ['CW']), withLimits({ metersetPerDegree: [0.1, 900], minimumGantrySpeed: 0.01 })),
    ).toEqual(['gantry-stop']);
    expect(limitsOf(turning([179, 181], ['CC']))).toEqual([]);
  });
});
