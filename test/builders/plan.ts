import type { Beam, ControlPoint, Plan } from '#shared/model/plan.ts';
import { frameUid, instanceUid } from './context.ts';
import { decimals, seeded } from './random.ts';

const PAIRS = 10;

/** A beam with jaws and MLC: `points` control points, an arc when there are more than two. */
export function beam(number: number, seed = 1, points = 2): Beam {
  const random = seeded(seed * 100 + number);
  const arc = points > 2;
  const start = Math.floor(random() * 360);
  const leaves = (): number[] => {
    const left = Array.from({ length: PAIRS }, () => decimals(-40 * random(), 2));
    return [...left, ...left.map((x) => decimals(x + 5 + 40 * random(), 2))];
  };
  let weight = 0;
  const controlPoints = Array.from({ length: points }, (_, index): ControlPoint => {
    if (index > 0) weight = index === points - 1 ? 1 : decimals(weight + (1 - weight) * 0.3 * random(), 6);
    return {
      gantry: arc ? (start + index * 2) % 360 : start,
      gantryDirection: arc && index < points - 1 ? 'CW' : 'NONE',
      collimator: number * 10,
      couch: number === 2 ? 350 : 0,
      isocenter: [1.25, -20.5, 31.25],
      metersetWeight: weight,
      doseRate: 600,
      nominalEnergy: 6,
      positions: { ASYMX: [-50, 50.5], ASYMY: [-45.5, 40], MLCX: leaves() },
      sourceToSurface: 912.34,
    };
  });
  const fixed = arc
    ? controlPoints
    : controlPoints.map((point) => ({ ...point, positions: controlPoints[0].positions }));
  return {
    number,
    name: `Beam ${number}`,
    type: arc ? 'DYNAMIC' : 'STATIC',
    radiationType: 'PHOTON',
    deliveryType: 'TREATMENT',
    machine: 'GENERIC_6MV',
    fluenceMode: number === 2 ? 'NON_STANDARD' : 'STANDARD',
    ...(number === 2 ? { fluenceModeId: 'FFF' } : {}),
    sourceAxisDistance: 1000,
    devices: [
      { type: 'ASYMX', pairs: 1, sourceDistance: 400 },
      { type: 'ASYMY', pairs: 1, sourceDistance: 300 },
      {
        type: 'MLCX',
        pairs: PAIRS,
        sourceDistance: 500,
        leafBoundaries: Array.from({ length: PAIRS + 1 }, (_, i) => (i - PAIRS / 2) * 10),
      },
    ],
    controlPoints: fixed,
    finalMetersetWeight: 1,
    meterset: decimals(100 + 50 * random(), 4),
    beamDose: decimals(1 + random(), 5),
  };
}

/** A static beam, a second one at a couch angle, and an arc, prescribed to the PTV of the structure set of the same seed. */
export function plan(seed = 1, overrides: Partial<Plan> = {}): Plan {
  return {
    sopInstanceUid: instanceUid('RTPLAN', seed),
    label: 'Test plan',
    name: 'A plan of a test',
    intent: 'CURATIVE',
    approval: 'UNAPPROVED',
    frameOfReferenceUid: frameUid(seed),
    structureSetUid: instanceUid('RTSTRUCT', seed),
    patientPosition: 'HFS',
    prescription: {
      targetRoiNumber: 2,
      targetName: 'PTV',
      dose: 60,
      fractions: 30,
      normalization: { kind: 'D95', percent: 97.5 },
    },
    fractions: 30,
    beams: [beam(1, seed), beam(2, seed), beam(3, seed, 20)],
    warnings: [],
    ...overrides,
  };
}
