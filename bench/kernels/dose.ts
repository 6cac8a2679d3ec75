import { collapsedCone, collapsedConeWith } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { beamDose, type DoseEngine } from '#shared/dosimetry/engine.ts';
import { referenceKernel } from '#shared/dosimetry/collapsedCone/kernels/reference.ts';
import { AXIAL, voxelCount } from '#shared/geometry/volume.ts';
import type { Row } from '../report/row.ts';
import { cancelRows } from './cancel.ts';
import { measured } from './measured.ts';
import { fluenceRows } from './fluence.ts';
import { sequencingRows } from './sequencing.ts';
import { kernelRows } from './native.ts';
import { pencilRows } from './pencil.ts';
import { planRows } from './plan.ts';
import { type BeamOn, beamOn, thorax, water160 } from './setups.ts';

/** Measured on a 2-core EPYC: matRad's open 10 × 10 field on the same 160³ grid, CPU time of one thread. */
const MATRAD_SECONDS = 6.0;

const seconds = async (engine: DoseEngine, { problem, beam, machine }: BeamOn): Promise<number> =>
  (await measured(() => beamDose(engine, problem, beam, machine))).cpu;

/**
 * CPU seconds of one thread for a 10 × 10 cm² field of the generic linac: thorax phantom at 2.5 mm, water at 3 mm, each kernel; native C,
 * whole plans, an arc and cancelling beside.
 */
export async function run(): Promise<Row[]> {
  const chest = thorax(2.5);
  const inChest = beamOn(chest.density, chest.target);
  const cube = water160();
  const side = 60;
  const data = new Float32Array(side ** 3).fill(1);
  const origin = [-147.5, 2.5, -147.5] as const;
  const small = beamOn({ dims: [side, side, side], spacing: [5, 5, 5], origin, direction: AXIAL, data }, [0, 0, 0]);

  await seconds(collapsedCone, small);
  const inThorax = await seconds(collapsedCone, inChest);
  const inWater = await seconds(collapsedCone, beamOn(cube.density, cube.target));
  const fast = await seconds(collapsedCone, small);
  const plain = await seconds(collapsedConeWith(referenceKernel), small);
  const steps = voxelCount(chest.density) * inChest.problem.settings.directions;
  return [
    ...(await kernelRows()),
    { name: `dose 10×10, thorax ${chest.density.dims.join('×')} at 2.5 mm`, value: inThorax, unit: 's CPU' },
    { name: 'dose 10×10, thorax, per voxel and direction', value: (1e9 * inThorax) / steps, unit: 'ns' },
    {
      name: 'dose 10×10, water 160³ at 3 mm',
      value: inWater,
      unit: 's CPU',
      peer: 'matRad pencil beam',
      ratio: inWater / MATRAD_SECONDS,
    },
    { name: 'superposition kernel, 60³', value: fast, unit: 's CPU', peer: 'reference kernel', ratio: fast / plain },
    ...(await pencilRows()),
    ...(await fluenceRows()),
    ...(await sequencingRows()),
    ...(await planRows()),
    ...(await cancelRows()),
  ];
}
