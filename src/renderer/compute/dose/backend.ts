import { newUid } from '#shared/dicom/uid.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone.ts';
import type { DoseEngine } from '#shared/dosimetry/engine.ts';
import { calibrationByName } from '#shared/dosimetry/machines.ts';
import { computePlanDose } from '#shared/dosimetry/planDose.ts';
import { serveJobs } from '../jobs/backend.ts';
import { JobPool } from '../jobs/pool.ts';
import type { BeamJobs, PlanJobs } from './base.ts';

const beamWorker = (): Worker => new Worker(new URL('./beamBackend.ts', import.meta.url), { type: 'module' });

/** The collapsed cone, beam by beam in a pool's workers. */
function inWorkers(beams: JobPool<BeamJobs>, beamsAtOnce: number): DoseEngine {
  const { name, version } = collapsedCone;
  return {
    name,
    version,
    beamsAtOnce,
    prepare: (problem) =>
      Promise.resolve({
        compute: (beam, machine, options) =>
          beams.call('beam', { problem, beam, machine }, { onProgress: options?.onProgress }),
      }),
  };
}

/** Kept from plan to plan: the workers hold kernel tables that take a while to make. */
let pool: { readonly size: number; readonly beams: JobPool<BeamJobs> } | null = null;

function beamPool(size: number): JobPool<BeamJobs> {
  if (pool?.size !== size) pool = { size, beams: new JobPool<BeamJobs>(beamWorker, size) };
  return pool.beams;
}

serveJobs<PlanJobs>({
  plan: async ({ calibration, gridSpacing, directions, workers, ...input }, { onProgress }) => {
    const engine = inWorkers(beamPool(workers), workers);
    const { plan, planDose, beamDoses, warnings } = await computePlanDose(
      {
        ...input,
        calibration: calibrationByName(calibration),
        grid: gridSpacing,
        settings: { directions },
        newUid,
        engine,
      },
      { onProgress },
    );
    return { plan, planDose, beamDoses, warnings };
  },
});
