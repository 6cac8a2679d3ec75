import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';

const generic = machineByName('GENERIC_6MV');

/** A machine that states every limit there is, the numbers round. */
export const machine: Machine = {
  ...generic,
  limits: {
    ...generic.limits,
    couch: [-90, 90],
    overTravel: { x: 100, y: 100 },
    jawSpeed: 25,
    gantryStop: 180,
    gantrySpeed: 6,
    minimumGantrySpeed: 0.5,
    collimatorSpeed: 0,
    couchSpeed: 0,
    minimumMeterset: 1,
    minimumSegmentMeterset: 1,
    metersetPerDegree: [0.1, 20],
    doseRate: 600,
    minimumDoseRate: 60,
    maximumControlPoints: 500,
  },
  mlc: {
    ...generic.mlc!,
    minimumGap: 0.5,
    maximumExtent: 200,
    overTravel: 150,
    leafSpeed: 25,
    leafAcceleration: 500,
    maximumSpan: 150,
    interdigitation: false,
  },
};

export const PAIRS = machine.mlc!.leafBoundaries.length - 1;

/** All leaves at −10 and 10 but what `change` says of [leaf 0 …]. */
export function leaves(change: Readonly<Record<number, number>> = {}): number[] {
  return Array.from({ length: 2 * PAIRS }, (_, n) => change[n] ?? (n < PAIRS ? -10 : 10));
}

export const positionsWith = (
  MLCX: readonly number[],
  ASYMX = [-20, 20],
  ASYMY = [-20, 20],
): Partial<ControlPoint> => ({
  positions: { ASYMX, ASYMY, MLCX },
});

const { beam: still } = createBeam({
  number: 4,
  name: 'judged',
  machine,
  angles: { gantry: 0, collimator: 0, couch: 0 },
  isocenter: [0, 0, 0],
  iecFromLps: iecFromPatient('HFS')!,
});

/** Control points of a beam of 100 MU with everything at rest. */
export function beamOf(points: readonly Partial<ControlPoint>[], changes: Partial<Beam> = {}): Beam {
  const controlPoints = points.map(
    (point): ControlPoint => ({
      ...still.controlPoints[0],
      ...positionsWith(leaves()),
      ...point,
    }),
  );
  return { ...still, controlPoints, finalMetersetWeight: 1, meterset: 100, ...changes };
}

/** Three control points over 100 MU and 20°, within every limit: 20 s for each half, as long as the gantry may take. */
export const arc = (changes: Partial<ControlPoint> = {}, beam: Partial<Beam> = {}, at = 1): Beam =>
  beamOf(
    [350, 0, 10].map((gantry, n) => ({
      gantry,
      gantryDirection: n < 2 ? 'CW' : 'NONE',
      metersetWeight: n / 2,
      ...(n === at ? changes : {}),
    })),
    { type: 'DYNAMIC', ...beam },
  );

/** Two static segments of 50 MU each; the leaves move with the beam off. */
export const steps = (changes: Partial<Beam> = {}, first = 0.5): Beam =>
  beamOf(
    [
      { metersetWeight: 0 },
      { metersetWeight: first },
      { metersetWeight: first, ...positionsWith(leaves({ 30: -20 })) },
      { metersetWeight: 1, ...positionsWith(leaves({ 30: -20 })) },
    ],
    changes,
  );

/** The same change at every control point. */
export const throughout = (beam: Beam, change: Partial<ControlPoint>): Beam => ({
  ...beam,
  controlPoints: beam.controlPoints.map((point) => ({ ...point, ...change })),
});
