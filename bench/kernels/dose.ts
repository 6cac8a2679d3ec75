import { collapsedCone, collapsedConeWith } from '#shared/dosimetry/collapsedCone.ts';
import { densityOnGrid, doseGridFor } from '#shared/dosimetry/density.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/directions.ts';
import { beamDose, type DoseEngine, type DoseProblem } from '#shared/dosimetry/engine.ts';
import type { Machine } from '#shared/dosimetry/machine.ts';
import { referenceKernel } from '#shared/dosimetry/kernels/reference.ts';
import { calibrationByName, DEFAULT_CALIBRATION, DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machines.ts';
import { bodyOf } from '#shared/dosimetry/body.ts';
import { createBeam, targetCenter } from '#shared/dosimetry/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Grid, type Volume, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';
import { rasterizeRoi } from '#shared/structures/mask.ts';
import type { Row } from '../report/row.ts';
import { kernelRows } from './native.ts';
import { pencilRows } from './pencil.ts';
import { planRows } from './plan.ts';

/** Measured on a 2-core EPYC: matRad's open 10 × 10 field on the same 160³ grid, CPU time of one thread. */
const MATRAD_SECONDS = 6.0;

interface BeamOn extends DoseProblem {
  readonly beam: Beam;
  readonly machine: Machine;
}

function beamOn(density: Volume<Float32Array>, isocenter: Vec3): BeamOn {
  const machine = machineByName(DEFAULT_MACHINE);
  const iecFromLps = iecFromPatient('HFS')!;
  const angles = { gantry: 0, collimator: 0, couch: 0 };
  const { beam } = createBeam({ number: 1, name: '10 x 10', machine, angles, isocenter, iecFromLps });
  return { density, beam, machine, iecFromLps, settings: { directions: DEFAULT_DIRECTIONS, perFluence: false } };
}

async function seconds(engine: DoseEngine, { beam, machine, ...problem }: BeamOn): Promise<number> {
  const begun = process.cpuUsage();
  await beamDose(engine, problem, beam, machine);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

/** CPU seconds of one thread for a 10 × 10 cm² field of the generic linac: thorax phantom at 2.5 mm, water at 3 mm, each kernel; native C and whole plans beside. */
export async function run(): Promise<Row[]> {
  const phantom = makePhantom('thorax');
  const body = bodyOf(phantom.structureSet);
  const target = phantom.structureSet.rois.find((roi) => roi.type === 'PTV') ?? body;
  const grid = doseGridFor(phantom.ct, body.contours, 2.5);
  const mask = rasterizeRoi(body.contours, grid);
  const density = densityOnGrid(phantom.ct, grid, calibrationByName(DEFAULT_CALIBRATION), mask);
  const thorax = beamOn(density, targetCenter(target));

  const cube: Grid = { dims: [160, 160, 160], spacing: [3, 3, 3], origin: [-238.5, 1.5, -238.5], direction: AXIAL };
  const water = beamOn({ ...cube, data: new Float32Array(160 ** 3).fill(1) }, [0, 121.5, 0]);
  const coarse: Grid = { dims: [60, 60, 60], spacing: [5, 5, 5], origin: [-147.5, 2.5, -147.5], direction: AXIAL };
  const small = beamOn({ ...coarse, data: new Float32Array(60 ** 3).fill(1) }, [0, 0, 0]);

  await seconds(collapsedCone, small);
  const inThorax = await seconds(collapsedCone, thorax);
  const inWater = await seconds(collapsedCone, water);
  const fast = await seconds(collapsedCone, small);
  const plain = await seconds(collapsedConeWith(referenceKernel), small);
  const steps = (voxels: number): number => voxels * DEFAULT_DIRECTIONS;
  return [
    ...(await kernelRows()),
    { name: `dose 10×10, thorax ${grid.dims.join('×')} at 2.5 mm`, value: inThorax, unit: 's CPU' },
    {
      name: 'dose 10×10, thorax, per voxel and direction',
      value: (1e9 * inThorax) / steps(voxelCount(grid)),
      unit: 'ns',
    },
    {
      name: 'dose 10×10, water 160³ at 3 mm',
      value: inWater,
      unit: 's CPU',
      peer: 'matRad pencil beam',
      ratio: inWater / MATRAD_SECONDS,
    },
    { name: 'superposition kernel, 60³', value: fast, unit: 's CPU', peer: 'reference kernel', ratio: fast / plain },
    ...(await pencilRows()),
    ...(await planRows()),
  ];
}
