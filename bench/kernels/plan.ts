import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import type { BeamDoseResult } from '#shared/dosimetry/engine.ts';
import { inTurns } from '#shared/dosimetry/parallel/inTurns.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Row } from '../report/row.ts';
import { type Measured, measured } from './measured.ts';
import { arcOn, type BeamOn, beamOn, thorax } from './setups.ts';

const GANTRIES = [0, 72, 144, 216, 288];
export const DIMS: Vec3 = [200, 200, 120];
export const SPACING = 2.5;
const ARC_INTERVALS = 178;

/** An elliptic cylinder of water with two lungs on 200 × 200 × 120 voxels. */
export function torso(): Float32Array {
  const data = new Float32Array(DIMS[0] * DIMS[1] * DIMS[2]);
  for (let v = 0; v < data.length; v++) {
    const x = ((v % DIMS[0]) + 0.5) / DIMS[0] - 0.5;
    const y = ((Math.floor(v / DIMS[0]) % DIMS[1]) + 0.5) / DIMS[1] - 0.5;
    const inLung = ((Math.abs(x) - 0.2) / 0.13) ** 2 + (y / 0.16) ** 2 < 1;
    data[v] = (x / 0.42) ** 2 + (y / 0.28) ** 2 > 1 ? 0 : inLung ? 0.26 : 1;
  }
  return data;
}

/** Beams of one patient in worker threads, as a plan asks for them. */
async function computed(beams: readonly BeamOn[], threads: number): Promise<Measured> {
  await using workers = new BeamWorkers(threads);
  return await measured(async () => {
    const prepared = await workers.prepare(beams[0].problem);
    await inTurns(
      beams,
      workers.beamsAtOnce,
      ({ beam, machine }): Promise<BeamDoseResult> => prepared.compute(beam, machine),
    );
  });
}

function rowsOf(name: string, { wall, cpu, memory }: Measured, before?: Measured): Row[] {
  const compared = before === undefined ? {} : { peer: '1 thread', ratio: wall / before.wall };
  return [
    { name, value: wall, unit: 's', ...compared },
    { name: `${name}, processor`, value: cpu, unit: 's CPU' },
    { name: `${name}, memory above rest`, value: memory, unit: 'MB' },
  ];
}

/** End to end in worker threads: five beams, one beam, a full arc; clock, processor and peak memory. */
export async function planRows(): Promise<Row[]> {
  const origin = DIMS.map((n) => (-(n - 1) / 2) * SPACING) as unknown as Vec3;
  const density = { dims: DIMS, spacing: [SPACING, SPACING, SPACING] as Vec3, origin, direction: AXIAL, data: torso() };
  const five = GANTRIES.map((gantry, n) => beamOn(density, [0, 0, 0], gantry, n + 1));
  const chest = thorax(3);
  const arc = arcOn(chest.density, chest.target, ARC_INTERVALS);
  const rows: Row[] = [];
  for (const [what, beams] of [
    [`5 beams 10×10, ${DIMS.join('×')} at ${SPACING} mm`, five],
    [`1 beam 10×10, ${DIMS.join('×')} at ${SPACING} mm`, five.slice(0, 1)],
  ] as const) {
    const [one, two] = [await computed(beams, 1), await computed(beams, 2)];
    rows.push(...rowsOf(`${what}, 1 thread`, one), ...rowsOf(`${what}, 2 threads`, two, one));
  }
  const name = `arc of ${ARC_INTERVALS} intervals, thorax ${chest.density.dims.join('×')} at 3 mm, 2 threads`;
  rows.push(...rowsOf(name, await computed([arc], 2)));
  return rows;
}
