import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/directions.ts';
import { DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machines.ts';
import { createBeam } from '#shared/dosimetry/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Row } from '../report/row.ts';

const GANTRIES = [0, 72, 144, 216, 288];
export const DIMS: Vec3 = [200, 200, 120];
export const SPACING = 2.5;

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

/** Five beams end to end in worker threads: seconds on the clock and of the processor, and the most memory the process held. */
export async function planRows(): Promise<Row[]> {
  const machine = machineByName(DEFAULT_MACHINE);
  const iecFromLps = iecFromPatient('HFS')!;
  const origin = DIMS.map((n) => (-(n - 1) / 2) * SPACING) as unknown as Vec3;
  const density = { dims: DIMS, spacing: [SPACING, SPACING, SPACING] as Vec3, origin, direction: AXIAL, data: torso() };
  const problem = { density, iecFromLps, settings: { directions: DEFAULT_DIRECTIONS, perFluence: false } };
  const beams = GANTRIES.map((gantry, n) => {
    const angles = { gantry, collimator: 0, couch: 0 };
    const { beam } = createBeam({
      number: n + 1,
      name: `G${gantry}`,
      machine,
      angles,
      isocenter: [0, 0, 0],
      iecFromLps,
    });
    return beam;
  });
  const rows: Row[] = [];
  for (const threads of [1, 2]) {
    await using workers = new BeamWorkers(threads);
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const cpu = process.cpuUsage();
    const begun = performance.now();
    const prepared = await workers.prepare(problem);
    await Promise.all(beams.map((beam) => prepared.compute(beam, machine)));
    const wall = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(watch);
    const name = `5 beams 10×10, ${DIMS.join('×')} at 2.5 mm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    rows.push({ name, value: wall, unit: 's' });
    rows.push({ name: `${name}, processor`, value: (user + system) / 1e6, unit: 's CPU' });
    rows.push({ name: `${name}, memory above rest`, value: (most - before) / 2 ** 20, unit: 'MB' });
  }
  return rows;
}
