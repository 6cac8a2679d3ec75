import { collapsedCone } from '#shared/dosimetry/collapsedCone.ts';
import { beamDose } from '#shared/dosimetry/engine.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { BeamJobs } from './base.ts';

serveJobs<BeamJobs>({
  beam: ({ problem, beam, machine }, { onProgress }) => beamDose(collapsedCone, problem, beam, machine, { onProgress }),
});
