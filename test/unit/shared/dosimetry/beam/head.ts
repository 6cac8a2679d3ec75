import { type FluenceMap, meanFluence } from '#shared/dosimetry/beam/fluenceMap.ts';
import { primaryFluence } from '#shared/dosimetry/beam/primaryFluence.ts';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import { type Machine, machineSchema } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';

type Positions = ControlPoint['positions'];

const generic = machineByName('GENERIC_6MV');

/** The generic 6 MV linac with nothing but a point source and opaque, sharp collimators, and with what a test gives it. */
export function bare(beam: Partial<Machine['beam']> = {}, mlc: Partial<NonNullable<Machine['mlc']>> = {}): Machine {
  return machineSchema.parse({
    ...generic,
    mlc: {
      ...generic.mlc,
      transmission: 0,
      leafEnd: { radius: 0, thickness: 60, offset: 0 },
      tongueAndGroove: 0,
      ...mlc,
    },
    beam: {
      kernel: 'mohan6',
      horn: [[0, 1]],
      sourceSigma: 0,
      jawTransmission: 0,
      extraFocal: { weight: 0, sigma: 0, sourceDistance: 0 },
      ...beam,
    },
  });
}

/** A beam of a machine that goes through the given positions in even steps of the meterset. */
export function beamWith(machine: Machine, ...positions: Positions[]): Beam {
  const { beam } = createBeam({
    number: 3,
    name: 'LAO',
    machine,
    angles: { gantry: 40, collimator: 10, couch: 0 },
    isocenter: [0, 0, 0],
    iecFromLps: iecFromPatient('HFS')!,
  });
  const all = positions.length === 1 ? [positions[0], positions[0]] : positions;
  return {
    ...beam,
    controlPoints: all.map((where, n) => ({
      ...beam.controlPoints[0],
      positions: where,
      metersetWeight: n / (all.length - 1),
    })),
  };
}

export const square = (side: number, x = side): Positions => ({
  ASYMX: [-x / 2, x / 2],
  ASYMY: [-side / 2, side / 2],
});

/** Leaves of all pairs from one function of the pair's middle; closed at 0 where it gives nothing. */
export function leaves(machine: Machine, at: (middle: number) => readonly [number, number] | undefined): Positions {
  const edges = machine.mlc!.leafBoundaries;
  const ends = edges.slice(1).map((high, pair) => at((high + edges[pair]) / 2) ?? ([0, 0] as const));
  return { MLCX: [...ends.map(([low]) => low), ...ends.map(([, high]) => high)] };
}

export function fluenceOf(machine: Machine, beam: Beam): FluenceMap {
  const [segment, ...others] = segmentsOf(beam);
  if (others.length > 0) throw new Error('more than one segment');
  return primaryFluence(beam, segment, machine);
}

/** Fluence at a point, mean over a pixel of the map. */
export const at = (map: FluenceMap, x: number, y: number): number => meanFluence(map, x, y, map.pixel, map.pixel);

/** Where a profile along x crosses a value between two places, by bisection. */
export function crossing(map: FluenceMap, value: number, [inside, outside]: readonly [number, number], y = 0): number {
  let [a, b] = [inside, outside];
  for (let n = 0; n < 40; n++) {
    const middle = (a + b) / 2;
    if (at(map, middle, y) > value) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
