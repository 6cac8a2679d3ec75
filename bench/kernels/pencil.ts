import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machine/machines.ts';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { createBeam, openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Volume } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import {
  C_SHAPE_GANTRIES,
  cShapeVolume,
  haveMatrad,
  MATRAD_SCALE,
  matradMachine,
  matradSeconds,
  openBixels,
} from '#test/reference/matrad.ts';
import { computeGamma } from '#shared/evaluation/gamma.ts';
import type { Row } from '../report/row.ts';
import { DIMS, SPACING, torso } from './plan.ts';

/** matRad on a 2-core EPYC, CPU: open 10 × 10 on 160³. */
const MATRAD_FIELD = 6.0;
const APERTURES = 8;

const iecFromLps = iecFromPatient('HFS')!;
const settings = { directions: DEFAULT_DIRECTIONS, perFluence: false };

function beamOf(isocenter: Vec3, gantry: number, side: number, machine = DEFAULT_MACHINE): Beam {
  const record = machineByName(machine);
  const angles = { gantry, collimator: 0, couch: 0 };
  const { beam } = createBeam({ number: 1, name: 'bench', machine: record, angles, isocenter, iecFromLps });
  const { positions } = openAperture(record, side, side);
  return { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })) };
}

async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

/** The first aperture of a beam, and the best of several that follow on kept depths. */
async function fieldRows(name: string, density: Volume<Float32Array>, isocenter: Vec3, gantry: number): Promise<Row[]> {
  const machine = machineByName(DEFAULT_MACHINE);
  const prepared = await pencilBeam.prepare({ density, iecFromLps, settings });
  const first = await cpuSeconds(() => prepared.compute(beamOf(isocenter, gantry, 100), machine));
  let next = Infinity;
  for (let n = 1; n <= APERTURES; n++)
    next = Math.min(next, await cpuSeconds(() => prepared.compute(beamOf(isocenter, gantry, 100 + n), machine)));
  const compared = { peer: 'matRad pencil beam, 160³', ratio: first / MATRAD_FIELD };
  return [
    { name: `pencil beam 10×10, ${name}`, value: first, unit: 's CPU', ...(name.includes('160³') ? compared : {}) },
    { name: `… the next aperture`, value: 1000 * next, unit: 'ms CPU' },
  ];
}

/** The pencil beam: kernels made, first and next apertures. */
export async function pencilRows(): Promise<Row[]> {
  const small = { dims: [8, 8, 8], spacing: [5, 5, 5], origin: [0, 0, 0], direction: AXIAL } as const;
  const density = { ...small, data: new Float32Array(512).fill(1) };
  const machine = machineByName(DEFAULT_MACHINE);
  const prepared = await pencilBeam.prepare({ density, iecFromLps, settings });
  const tables = await cpuSeconds(() => prepared.compute(beamOf([0, 0, 0], 0, 100), machine));
  const origin = DIMS.map((n) => (-(n - 1) / 2) * SPACING) as unknown as Vec3;
  const cube = { dims: [160, 160, 160], spacing: [3, 3, 3], origin: [-238.5, 1.5, -238.5], direction: AXIAL } as const;
  return [
    { name: 'pencil beam, kernels of a spectrum made (once)', value: tables, unit: 's CPU' },
    ...(await matradRows()),
    ...(await fieldRows('water 160³ at 3 mm', { ...cube, data: new Float32Array(160 ** 3).fill(1) }, [0, 121.5, 0], 0)),
    ...(await fieldRows(
      `torso ${DIMS.join('×')} at 2.5 mm`,
      { dims: DIMS, spacing: [SPACING, SPACING, SPACING], origin, direction: AXIAL, data: torso() },
      [0, 0, 0],
      72,
    )),
  ];
}

/** Open fields of the C-shape beside matRad's: processor time from nothing kept, and agreement. */
async function matradRows(): Promise<Row[]> {
  if (!haveMatrad) return [];
  const machine = matradMachine();
  const density = cShapeVolume('tg119c_red');
  let [ours, theirs, worst] = [0, 0, 100];
  for (const [n] of C_SHAPE_GANTRIES.entries()) {
    const number = n + 1;
    const beam = openBixels(machine, number);
    let data = new Float32Array();
    ours += await cpuSeconds(async () => {
      const prepared = await pencilBeam.prepare({ density, iecFromLps, settings });
      const { dose } = await prepared.compute(beam, machine);
      data = dose.map((value) => value * MATRAD_SCALE);
    });
    theirs += matradSeconds(number);
    const reference = cShapeVolume(`tg119c_beam${number}_open`);
    worst = Math.min(worst, computeGamma(reference, { ...density, data }, { dd: 2, dta: 2 }).passRate);
  }
  return [
    {
      name: 'pencil beam, five open fields of the C-shape',
      value: ours,
      unit: 's CPU',
      peer: 'matRad, field based',
      ratio: ours / theirs,
    },
    { name: '… gamma 2 %/2 mm against it, the worst of them', value: worst, unit: '%' },
  ];
}
