import { assessRigid } from '#shared/registration/quality.ts';
import { registerRigidly } from '#shared/registration/rigid.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { RegistrationJobs } from './base.ts';
import { loadElastix } from './elastix.ts';

serveJobs<RegistrationJobs>({
  rigid: ({ fixed, moving, ...options }, { onProgress, signal }) =>
    registerRigidly(loadElastix, fixed, moving, { ...options, onProgress, signal }),
  assess: ({ fixed, moving, matrix }) => assessRigid(fixed, moving, matrix),
});
