import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import type { DoseProblem } from '#shared/dosimetry/engine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { type BixelInfluence, bixelInfluence } from '#shared/dosimetry/pencilBeam/bixelInfluence.ts';
import { createBeam } from '#shared/dosimetry/plan/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';

interface CShape {
  /** 1 body, 2 target, 3 core. */
  readonly labels: Float32Array;
  readonly influences: readonly (() => BixelInfluence)[];
}

/** matRad's C-shape with its five beams and 1,729 bixels, and a cut-off of 50 mm; undefined without its files. */
export function cShape(): CShape | undefined {
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
  const machine = machineByName('REF_6MV_POINT');
  const influences = [0, 72, 144, 216, 288].map((gantry, n) => {
    const middles = bixels.filter(([beam]) => beam === n + 1).map(([, , x, z]) => [x, z] as const);
    const angles = { gantry, collimator: 0, couch: 0 };
    const isocenter = [0, -7.722972972972973, 0] as const;
    const { beam } = createBeam({ number: n + 1, name: 'C', machine, angles, isocenter, iecFromLps });
    return () => bixelInfluence(problem, beam, machine, { width: 5, middles }, { cutOff: { radius: 50 } });
  });
  return { labels: read('tg119c_labels'), influences };
}
