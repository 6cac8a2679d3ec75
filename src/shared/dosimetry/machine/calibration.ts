import { iecFromPatient } from '../../geometry/iec.ts';
import { AXIAL, type Grid, sampleAtPoint } from '../../geometry/volume.ts';
import { beamDose, type ComputeOptions, type DoseEngine } from '../engine.ts';
import type { Machine } from './machine.ts';
import { createBeam, openAperture } from '../plan/arrange/planFactory.ts';

/** Side of the water cube, mm. */
const CUBE = 400;

/**
 * The primary fluence per MU (photons per cm² on the axis at the isocenter distance) with which `engine` gives the machine's
 * calibrated dose: open field of the stated size, water cube at the stated SSD, dose on the axis at the stated depth.
 * @param spacing of the grid in mm; 2.5 for the value stored in a machine file.
 */
export async function calibrationFluence(
  machine: Machine,
  engine: DoseEngine,
  spacing: number,
  directions: number,
  options: ComputeOptions = {},
): Promise<number> {
  const { dosePerMu, sourceSurfaceDistance, depth, fieldSize } = machine.calibration;
  const iecFromLps = iecFromPatient('HFS');
  if (iecFromLps === undefined) throw new RangeError('HFS is always known');
  // Gantry 0 enters along +y (posterior); the surface is the plane y = 0.
  const n = Math.round(CUBE / spacing);
  const start = -CUBE / 2 + spacing / 2;
  const grid: Grid = {
    dims: [n, n, n],
    spacing: [spacing, spacing, spacing],
    origin: [start, spacing / 2, start],
    direction: AXIAL,
  };
  const { beam } = createBeam({
    number: 1,
    name: 'calibration',
    machine,
    angles: { gantry: 0, collimator: 0, couch: 0 },
    isocenter: [0, machine.sourceAxisDistance - sourceSurfaceDistance, 0],
    iecFromLps,
  });
  const { positions } = openAperture(machine, fieldSize, fieldSize);
  const density = { ...grid, data: new Float32Array(n * n * n).fill(1) };
  const result = await beamDose(
    engine,
    { density, iecFromLps, settings: { directions, perFluence: false } },
    { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })) },
    { ...machine, calibration: { ...machine.calibration, fluencePerMu: 1 } },
    options,
  );
  return dosePerMu / sampleAtPoint({ ...grid, data: result.dose }, [0, depth, 0], 0);
}
