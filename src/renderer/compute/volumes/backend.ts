import { serveJobs } from '#renderer/compute/jobs/backend.ts';
import type { VolumeJobs } from './base.ts';
import { fetchVolume } from './fetchVolume.ts';

serveJobs<VolumeJobs>({ load: fetchVolume });
