import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Machine, machineSchema } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Volume } from '#shared/geometry/volume.ts';
import type { Beam } from '#shared/model/plan.ts';

const FOLDER = resolve(process.cwd(), '../shared/reference/matrad');
export const haveMatrad = existsSync(FOLDER);

/** Gantry angles of the C-shape's beams, and the isocenter. */
export const C_SHAPE_GANTRIES = [0, 72, 144, 216, 288] as const;
const ISOCENTER = [0, -7.722972972972973, 0] as const;
const iecFromLps = iecFromPatient('HFS')!;

/** A volume on the C-shape's grid: float32 little-endian, x fastest. */
export function cShapeVolume(name: string): Volume<Float32Array> {
  const bytes = gunzipSync(readFileSync(resolve(FOLDER, `${name}.f32.gz`)));
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return { dims: [116, 80, 72], spacing: [3, 3, 3], origin: [-172.5, -118.5, -106.5], direction: AXIAL, data };
}

/** Seconds that matRad took for the open field of a beam. */
export function matradSeconds(beam: number): number {
  const record: unknown = JSON.parse(readFileSync(resolve(FOLDER, `tg119c_beam${beam}_open.json`), 'utf8'));
  if (typeof record === 'object' && record !== null && 'time_s' in record && typeof record.time_s === 'number')
    return record.time_s;
  throw new Error(`no time of beam ${beam}`);
}

/**
 * Our machine model with matRad's assumptions: flat fluence, ideal 5 mm leaves half way to the source, and the beam of its "Generic 6 MV"
 * kernels, which were measured: spectrum, tail beside the field (head scatter), build-up and penumbra fitted with
 * commissioning/leastSquares to its 10 × 10 in the water box (`box_g000_10x10_wide`: axis and three profiles, rms 0.7 % of the maximum at
 * 121.5 mm). Nothing was fitted to the C-shape.
 */
export function matradMachine(): Machine {
  const point = machineByName('REF_6MV_POINT');
  const half = 500;
  return machineSchema.parse({
    ...point,
    head: { jawX: half, jawY: half },
    mlc: {
      type: 'MLCX',
      leafBoundaries: Array.from({ length: 41 }, (_, n) => -102.5 + 5 * n),
      minimumGap: 0,
      maximumExtent: 200,
      transmission: 0,
      sourceDistance: half,
    },
    beam: {
      ...point.beam,
      filtration: 3.32,
      sourceSigma: 4.27 / 2.355,
      extraFocal: { weight: 0.0658, sigma: 30.5, sourceDistance: 125 },
      electrons: { weight: 0.0751, attenuation: 0.164, range: 3, sigma: 45.3 },
    },
  });
}

/** From our Gy per MU of that machine to matRad's dose, by the same fit. */
export const MATRAD_SCALE = 80.47;

/** The union of a beam's bixels (5 mm) as leaf positions. @throws where a leaf pair would have to open twice. */
export function openBixels(machine: Machine, number: number): Beam {
  const edges = machine.mlc?.leafBoundaries ?? [];
  const bixels = readFileSync(resolve(FOLDER, 'tg119c_bixels.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',').map(Number))
    .filter(([beam]) => beam === number);
  const open = edges.slice(1).map((edge, n) => {
    // matRad's z is our BLD y at collimator 0.
    const xs = bixels.filter(([, , , z]) => z > edges[n] && z < edge).map(([, , x]) => x);
    if (xs.length === 0) return [0, 0];
    const [low, high] = [Math.min(...xs) - 2.5, Math.max(...xs) + 2.5];
    if (Math.round((high - low) / 5) !== xs.length) throw new Error(`beam ${number} has a gap at ${edge} mm`);
    return [low, high];
  });
  const angles = { gantry: C_SHAPE_GANTRIES[number - 1], collimator: 0, couch: 0 };
  const { beam } = createBeam({ number, name: 'open', machine, angles, isocenter: ISOCENTER, iecFromLps });
  const positions = {
    ASYMX: [-200, 200],
    ASYMY: [-200, 200],
    MLCX: [...open.map(([low]) => low), ...open.map(([, high]) => high)],
  };
  return { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })) };
}
