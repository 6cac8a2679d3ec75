import { describe, expect, it } from 'vitest';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';

const generic = machineByName('GENERIC_6MV');
const mlc = generic.mlc!;
const PAIRS = mlc.leafBoundaries.length - 1;
const machine: Machine = {
  ...generic,
  limits: { ...generic.limits, couch: [-90, 90], gantrySpeed: 6, minimumDoseRate: 60 },
  mlc: { ...mlc, leafSpeed: 25, maximumSpan: 150, interdigitation: false },
};

/** All leaves at −10 and 10 but what `change` says of [leaf 0 …]. */
function leaves(change: Readonly<Record<number, number>> = {}): number[] {
  return Array.from({ length: 2 * PAIRS }, (_, n) => change[n] ?? (n < PAIRS ? -10 : 10));
}

/** Three control points over 100 MU and 20°, within every limit: at least 50 s for each half. */
function arc(changes: Partial<ControlPoint> = {}, at = 1): Beam {
  const angles = { gantry: 350, collimator: 0, couch: 0 };
  const iecFromLps = iecFromPatient('HFS')!;
  const { beam } = createBeam({ number: 4, name: 'arc', machine, angles, isocenter: [0, 0, 0], iecFromLps });
  const controlPoints = [350, 0, 10].map((gantry, n) => ({
    ...beam.controlPoints[0],
    gantry,
    gantryDirection: n < 2 ? ('CW' as const) : ('NONE' as const),
    metersetWeight: n / 2,
    positions: { ASYMX: [-20, 20], ASYMY: [-20, 20], MLCX: leaves() },
    ...(n === at ? changes : {}),
  }));
  return { ...beam, type: 'DYNAMIC', controlPoints, finalMetersetWeight: 1, meterset: 100 };
}

const moved = (MLCX: number[]): Partial<ControlPoint> => ({
  positions: { ASYMX: [-20, 20], ASYMY: [-20, 20], MLCX },
});
const jaws = (ASYMX: number[], ASYMY: number[]): Partial<ControlPoint> => ({ positions: { ASYMX, ASYMY } });
const limitsOf = (beam: Beam): string[] => [
  ...new Set(checkDeliverability(beam, machine).violations.map(({ limit }) => limit)),
];

describe('checkDeliverability', () => {
  it('finds nothing in a beam within its limits', () => {
    expect(checkDeliverability(arc(), machine)).toEqual({ violations: [], unchecked: [] });
  });

  it('says what the machine does not state', () => {
    const { leafSpeed: _speed, maximumSpan: _span, interdigitation: _pass, ...bare } = mlc;
    const { gantrySpeed: _turn, minimumDoseRate: _rate, ...limits } = generic.limits;
    const silent: Machine = { ...generic, limits, mlc: bare };
    const { violations, unchecked } = checkDeliverability({ ...arc(), meterset: undefined }, silent);
    expect(violations).toEqual([]);
    expect(unchecked).toHaveLength(5);
  });

  it.each<[string, Partial<ControlPoint>]>([
    ['jaw-range', jaws([-20, 201], [-20, 20])],
    ['jaw-range', jaws([-20, 20], [-200.02, 20])],
    ['jaws-crossed', jaws([5, 4], [-20, 20])],
    [
      'leaf-range',
      moved(leaves({ 3: -200.02, 63: 199 }).map((x, n) => (n < PAIRS ? Math.min(x, -60) : Math.max(x, 60)))),
    ],
    ['leaf-gap', moved(leaves({ 7: 9.6 }))],
    ['leaf-span', moved(leaves({ 7: -160.1 }))],
    // Pair 8 at 11 … 20, beyond the positive leaves of its neighbours at 10.
    ['interdigitation', moved(leaves({ 7: 11, [PAIRS + 7]: 20 }))],
    ['position', moved(leaves({ 7: Number.NaN }))],
    ['device', moved(leaves().slice(1))],
    ['angle', { couch: 91 }],
    ['dose-rate', { doseRate: 601 }],
    ['machine', { nominalEnergy: 10 }],
    ['gantry-direction', { gantryDirection: 'NONE' }],
    ['meterset-order', { metersetWeight: 1.2 }],
  ])('finds %s at the second control point', (limit, changes) => {
    const { violations } = checkDeliverability(arc(changes), machine);
    const found = violations.find((violation) => violation.limit === limit);
    expect(found).toMatchObject({ beam: 4, limit });
    // What ends a movement bears its index.
    expect(found?.controlPoint).toBe(['gantry-direction', 'meterset-order'].includes(limit) ? 2 : 1);
  });

  it.each<[string, Partial<Beam>]>([
    ['meterset', { meterset: 10_000 }],
    ['meterset', { meterset: -1 }],
    ['meterset-order', { finalMetersetWeight: 2 }],
    ['machine', { sourceAxisDistance: 800 }],
    ['machine', { radiationType: 'ELECTRON' }],
    ['machine', { fluenceMode: 'NON_STANDARD' }],
    ['device', { devices: [{ type: 'MLCX1', pairs: 28 }] }],
    ['device', { devices: [{ type: 'MLCX', pairs: PAIRS, leafBoundaries: mlc.leafBoundaries.map((at) => at + 1) }] }],
  ])('finds %s of the whole beam', (limit, changes) => {
    expect(limitsOf({ ...arc(), ...changes })).toContain(limit);
  });

  it('judges speeds by the longest time that the MU allow', () => {
    // 3 MU: 1.5 s for each half at 60 MU/min, 9° and 37.5 mm at most.
    expect(limitsOf({ ...arc(), meterset: 3 })).toEqual(['gantry-speed']);
    expect(limitsOf({ ...arc(), meterset: 3.4 })).toEqual([]);
    const wide = leaves({ 5: -50 });
    expect(limitsOf({ ...arc(moved(wide)), meterset: 3.4 })).toEqual([]);
    expect(limitsOf({ ...arc(moved(leaves({ 5: -53 }))), meterset: 3.4 })).toEqual(['leaf-speed']);
    // Without MU the beam is held meanwhile.
    const held = arc(moved(leaves({ 5: -53 })));
    const controlPoints = held.controlPoints.map((point, n) => ({ ...point, gantry: 0, metersetWeight: [0, 0, 1][n] }));
    const still = [controlPoints[0], controlPoints[1], { ...controlPoints[1], metersetWeight: 1 }];
    expect(limitsOf({ ...held, controlPoints: still, meterset: 3.4 })).toEqual([]);
  });

  it('turns the gantry the way that is said', () => {
    const beam = arc({ gantryDirection: 'CC' });
    // From 0 to 10 against the clock are 350°: 50 s at 6 °/s allow 300°.
    expect(limitsOf(beam)).toEqual(['gantry-speed']);
  });
});
