import { IsocenterError, throwIfCancelled } from '../contract/errors.ts';
import { voxelCount } from '../geometry/volume.ts';
import { dot, type Vec3 } from '../geometry/vec.ts';
import type { Beam } from '../model/plan.ts';
import { type BeamFrame, beamFrame } from './beam/beamFrame.ts';
import { filtrationOf } from './beam/filtration.ts';
import { electronFluence, primaryFluence } from './beam/primaryFluence.ts';
import { segmentsOf } from './beam/segments.ts';
import { wedgesIn } from './beam/wedge.ts';
import { type BeamQuality, beamQualityOf } from './beamQuality.ts';
import { type ConeTable, coneTables } from './coneTable.ts';
import { addElectrons } from './electronField.ts';
import type { BeamDoseResult, ComputeOptions, DoseEngine, DoseProblem } from './engine.ts';
import type { SuperpositionKernel } from './kernels/contract.ts';
import { hasSimd, simdKernel } from './kernels/simd/simdKernel.ts';
import { unrolledKernel } from './kernels/unrolled.ts';
import type { Machine } from './machine.ts';
import { primaryField } from './primaryField.ts';
import type { LocalGrid } from './rayTrace.ts';
import { heldEnergy, superpose } from './superposition.ts';
import { surfaceDistance } from './surface.ts';
import { termaTable } from './terma.ts';

/** Reference-machine results are scaled by this, so that they fit DICOM's number formats. */
const PER_FLUENCE_SCALE = 1e12;

/** The work before the first direction, as a share of the progress bar. */
const PREPARATION = 0.1;

/** Collapsed-cone convolution/superposition on the CPU; docs/DOSIMETRY.md says how and how well. */
export const collapsedCone: DoseEngine = collapsedConeWith(hasSimd() ? simdKernel : unrolledKernel);

/** The engine with a superposition kernel of choice; all give the same dose. */
export function collapsedConeWith(kernel: SuperpositionKernel): DoseEngine {
  return {
    name: 'collapsed cone',
    version: '1',
    prepare: (problem) => {
      if (problem.density.data.length !== voxelCount(problem.density))
        return Promise.reject(new IsocenterError('GEOMETRY', 'the density does not fill its grid'));
      return Promise.resolve({
        compute: (beam, machine, options) => computeBeam(kernel, problem, beam, machine, options ?? {}),
      });
    },
  };
}

async function computeBeam(
  kernel: SuperpositionKernel,
  { density, settings, iecFromLps }: DoseProblem,
  beam: Beam,
  machine: Machine,
  options: ComputeOptions,
): Promise<BeamDoseResult> {
  const place = { object: `Beam ${beam.number} (${beam.name})` };
  if (beam.radiationType !== 'PHOTON')
    throw new IsocenterError('DOSE', `only photon beams are computed, not "${beam.radiationType}"`, {
      ...place,
      attribute: 'RadiationType',
    });
  if (settings.perFluence && !machine.reference)
    throw new IsocenterError('DOSE', `dose per fluence needs a reference machine, not ${machine.name}`, place);
  const segments = segmentsOf(beam);
  const quality = beamQualityOf(machine);
  const tables = tablesFor(quality, settings.directions);
  const terma = termaTable(quality);
  const held = heldEnergy(tables);
  const grid: LocalGrid = {
    dims: density.dims,
    spacing: [density.spacing[0] / 10, density.spacing[1] / 10, density.spacing[2] / 10],
    density: density.data,
  };
  const dose = new Float32Array(voxelCount(density));
  const warnings = new Set<string>();
  const pause = async (): Promise<void> => {
    throwIfCancelled(options.signal);
    await options.yieldNow?.();
  };
  for (const [n, segment] of segments.entries()) {
    throwIfCancelled(options.signal);
    const report = (fraction: number): void => options.onProgress?.((n + fraction) / segments.length);
    const frame = beamFrame(density, segment, machine.sourceAxisDistance, iecFromLps);
    if (sourceInside(frame, grid)) throw new IsocenterError('GEOMETRY', 'the source lies inside the patient', place);
    const weight = segment.apertures.reduce((sum, aperture) => sum + aperture.weight, 0);
    const fluence = primaryFluence(beam, segment, machine);
    const filtration = filtrationOf(machine, quality, wedgesIn(beam, segment, machine));
    report(PREPARATION / 4);
    await options.yieldNow?.();
    const field = await primaryField(grid, frame, fluence, weight, terma, held, filtration, pause);
    if (!field.terma.some((value) => value > 0)) warnings.add(`${place.object}: no radiation reaches the patient`);
    report(PREPARATION);
    await options.yieldNow?.();
    const part = await superpose(grid, frame, field, tables, kernel, {
      ...options,
      onProgress: (fraction) => report(PREPARATION + (1 - PREPARATION) * fraction),
    });
    const electrons = electronFluence(beam, segment, machine);
    if (electrons !== undefined)
      await addElectrons(grid, frame, electrons, machine.beam.electrons, terma(0, 0, 1), weight, part, pause);
    const scale = settings.perFluence ? perFluence(grid, frame, place.object) : machine.calibration.fluencePerMu;
    for (let v = 0; v < dose.length; v++) dose[v] += part[v] * scale;
  }
  return { dose, implementation: kernel.name, approximations: [], warnings: [...warnings] };
}

/** From fluence at the isocenter distance to fluence on the axis at the surface: (SSD/SAD)², scaled for DICOM. */
function perFluence(grid: LocalGrid, frame: BeamFrame, object: string): number {
  const distance = surfaceDistance(grid, frame);
  if (distance === undefined)
    throw new IsocenterError('DOSE', 'the beam axis misses the patient: no surface to refer the fluence to', {
      object,
    });
  return PER_FLUENCE_SCALE * (distance / frame.sad) ** 2;
}

function sourceInside(frame: BeamFrame, grid: LocalGrid): boolean {
  const index: Vec3 = [0, 1, 2].map((axis) => Math.round(frame.source[axis] / grid.spacing[axis])) as unknown as Vec3;
  if (index.some((n, axis) => n < 0 || n >= grid.dims[axis])) return false;
  return grid.density[dot(index, [1, grid.dims[0], grid.dims[0] * grid.dims[1]])] > 0;
}

const cache = new Map<string, ConeTable[]>();

/** Cone tables depend on spectrum and direction set only; beams share them. */
function tablesFor(quality: BeamQuality, directions: number): ConeTable[] {
  const key = `${quality.name}/${directions}`;
  const tables = cache.get(key) ?? coneTables(quality, directions);
  cache.set(key, tables);
  return tables;
}
