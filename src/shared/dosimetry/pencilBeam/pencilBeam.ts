import { IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import { voxelCount } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam } from '../../model/plan.ts';
import { beamFrame } from '../beam/beamFrame.ts';
import { electronFluence, primaryFluence } from '../beam/primaryFluence.ts';
import { filtrationOf } from '../beam/filtration.ts';
import { wedgesIn } from '../beam/wedge.ts';
import { segmentsOf } from '../beam/segments.ts';
import { beamQualityOf } from '../machine/beamQuality.ts';
import { checkPhotonBeam, checkSource, fluenceScale } from '../plan/beamChecks.ts';
import type { BeamDoseResult, ComputeOptions, DoseEngine, DoseProblem } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';
import type { LocalGrid } from '../collapsedCone/rayTrace.ts';
import { ApertureDose, voxelShadow } from './apertureDose.ts';
import { type BeamDepths, beamDepths } from './beamDepths.ts';
import { fluenceLayers } from './fluenceLayers.ts';
import { pencilTables } from './gaussianLadder.ts';
import { type RowExtents, rowExtents } from './rowExtents.ts';
import { filtrationFactor } from './filtrationFactor.ts';
import { addElectrons, wideDose } from './wideDose.ts';

/** Geometries whose depths are kept for the next aperture: those of a plan being edited; an arc has more. */
const KEPT = 8;

/** Why a dose of this engine is never the final one. */
const APPROXIMATE = 'a pencil beam is rough in and beside lung, bone and air';

/** Planes computed between two looks at the signal: some milliseconds. */
const PLANES_BETWEEN = 8;

/**
 * Pencil beam: fluence convolved with depth-dependent kernels in the beam's-eye view, for work that dose must follow at once.
 * Approximate: no lateral electron transport across interfaces, no scatter missing where there is no patient
 * (docs/DOSIMETRY.md gives numbers). Depths are kept between computations, so that a new aperture costs a fraction of the first.
 */
export const pencilBeam: DoseEngine = {
  name: 'pencil beam',
  version: '1',
  prepare: (problem) => {
    if (problem.density.data.length !== voxelCount(problem.density))
      return Promise.reject(new IsocenterError('GEOMETRY', 'the density does not fill its grid'));
    const { dims, spacing, data } = problem.density;
    const grid: LocalGrid = { dims, spacing: [spacing[0] / 10, spacing[1] / 10, spacing[2] / 10], density: data };
    const kept: Kept = { grid, rows: rowExtents(grid), depths: new Map() };
    return Promise.resolve({
      compute: (beam, machine, options) => computeBeam(problem, kept, beam, machine, options ?? {}),
    });
  },
};

/** Pixel of the fluence map, mm: a third of a voxel, or finer, is as good as any; open edges count by area in any case. */
const fluencePixel = (spacing: Vec3): number => (Math.min(...spacing) >= 2.5 ? 1 : 0.5);

/** What beams share. */
interface Kept {
  readonly grid: LocalGrid;
  readonly rows: RowExtents;
  /** By geometry and spectrum, the latest last. */
  readonly depths: Map<string, BeamDepths | undefined>;
}

async function computeBeam(
  { density, settings, iecFromLps }: DoseProblem,
  { grid, rows, depths: kept }: Kept,
  beam: Beam,
  machine: Machine,
  options: ComputeOptions,
): Promise<BeamDoseResult> {
  const object = `Beam ${beam.number} (${beam.name})`;
  checkPhotonBeam(beam, machine, settings, object);
  const quality = beamQualityOf(machine);
  const tables = pencilTables(quality, machine.sourceAxisDistance / 10);
  const dose = new Float32Array(voxelCount(density));
  const warnings = new Set<string>();
  const segments = segmentsOf(beam);
  for (const [n, segment] of segments.entries()) {
    const pause = async (fraction: number): Promise<void> => {
      throwIfCancelled(options.signal);
      options.onProgress?.((n + fraction) / segments.length);
      await options.yieldNow?.();
    };
    await pause(0);
    const frame = beamFrame(density, segment, machine.sourceAxisDistance, iecFromLps);
    checkSource(frame, grid, object);
    const key = JSON.stringify([frame, quality.name]);
    const depths = kept.get(key) ?? beamDepths(grid, rows, frame, tables);
    kept.delete(key);
    kept.set(key, depths);
    if (kept.size > KEPT) kept.delete([...kept.keys()][0]);
    await pause(0.3);
    const fluence = primaryFluence(beam, segment, machine, fluencePixel(density.spacing));
    if (depths === undefined) {
      warnings.add(`${object}: no radiation reaches the patient`);
      continue;
    }
    const factor = fluenceScale(grid, frame, machine, settings, object);
    const filtered = filtrationFactor(filtrationOf(machine, quality, wedgesIn(beam, segment, machine)), tables);
    const layers = fluenceLayers(fluence, depths, voxelShadow(grid, frame), filtered);
    const wide = wideDose(depths, layers.wide);
    const electrons = electronFluence(beam, segment, machine);
    if (electrons !== undefined)
      addElectrons(wide, depths, frame, electrons, machine.beam.electrons, tables.terma(0, 0, 1));
    const aperture = new ApertureDose(grid, frame, depths, layers.field, wide, tables.boneRatio, rows);
    for (let k = 0; k < grid.dims[2]; k++) {
      if (k % PLANES_BETWEEN === 0) await pause(0.4 + (0.6 * k) / grid.dims[2]);
      aperture.addPlane(k, factor, dose);
    }
  }
  options.onProgress?.(1);
  return { dose, implementation: 'typescript', approximations: [APPROXIMATE], warnings: [...warnings] };
}
