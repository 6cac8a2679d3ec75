import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import type { DoseProblem } from '#shared/dosimetry/engine.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import type { DirectionSetup } from '#shared/optimization/influence/doseOperator.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';

interface CShape {
  /** 1 body, 2 target, 3 core. */
  readonly labels: Float32Array;
  readonly machine: Machine;
  readonly setups: readonly DirectionSetup[];
}

/**
 * matRad's C-shape with its five beams and 1,729 bixels; on a machine with leaves they lie half a bixel aside, so that their edges fall on those of
 * leaves, and are fewer by a row and a column. Undefined without its files.
 */
export function cShape(name = 'REF_6MV_POINT'): CShape | undefined {
  const folder = resolve(process.cwd(), '../shared/reference/matrad');
  if (!existsSync(folder)) return undefined;
  const read = (name: string): Float32Array => {
    const bytes = gunzipSync(readFileSync(resolve(folder, `${name}.f32.gz`)));
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  };
  const density = {
    dims: [116, 80, 72],
    spacing: [3, 3, 3],
    origin: [-172.5, -118.5, -106.5],
    direction: AXIAL,
    data: read('tg119c_red'),
  } as const;
  const iecFromLps = iecFromPatient('HFS')!;
  const problem: DoseProblem = { density, iecFromLps, settings: { directions: DEFAULT_DIRECTIONS, perFluence: false } };
  const rows = readFileSync(resolve(folder, 'tg119c_bixels.csv'), 'utf8').trim().split('\n').slice(1);
  const bixels = rows.map((row) => row.split(',').map(Number));
  const machine = machineByName(name);
  const beams = [0, 72, 144, 216, 288].map((gantry, n) => {
    const theirs = bixels.filter(([beam]) => beam === n + 1).map(([, , x, z]) => [x, z] as const);
    const middles = machine.mlc === undefined ? theirs : underLeaves(theirs);
    const angles = { gantry, collimator: 0, couch: 0 };
    const isocenter = [0, -7.722972972972973, 0] as const;
    const { beam } = createBeam({ number: n + 1, name: 'C', machine, angles, isocenter, iecFromLps });
    return { beam, lattice: { width: 5, middles } };
  });
  return {
    labels: read('tg119c_labels'),
    machine,
    setups: beams.map(({ beam, lattice }) => ({ beam, lattice, problem })),
  };
}

/** Bixels of 5 mm with their edges at whole multiples of it, over what those about such multiples share by fours. */
function underLeaves(middles: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const known = new Set(middles.map(([x, y]) => `${x} ${y}`));
  return middles.flatMap(([x, y]) =>
    [`${x + 5} ${y}`, `${x} ${y + 5}`, `${x + 5} ${y + 5}`].every((other) => known.has(other))
      ? [[x + 2.5, y + 2.5] as const]
      : [],
  );
}
