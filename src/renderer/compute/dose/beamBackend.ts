import { collapsedCone } from '#shared/dosimetry/collapsedCone.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { BeamJobs } from './base.ts';

serveJobs<BeamJobs>({ beam: (input, { onProgress }) => collapsedCone.computeBeam(input, { onProgress }) });
