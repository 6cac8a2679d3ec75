import type { Mat4 } from '#shared/geometry/affine.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Box } from '#shared/registration/prepare.ts';
import type { Assessment } from '#shared/registration/quality.ts';
import type { RigidResult } from '#shared/registration/rigid.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { RegistrationJobs } from './base.ts';

const client = new JobClient<RegistrationJobs>(
  () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' }),
);

export interface RigidCall extends CallOptions {
  /** A transform to start from (moving LPS mm to fixed LPS mm); without it the whole neighbourhood is searched. */
  readonly initial?: Mat4;
  /** Only what lies in this box of the fixed image counts, LPS mm. */
  readonly region?: Box;
}

/** Lays `moving` on `fixed` in a worker (cancel ends it at once); throws as shared/registration/rigid registerRigidly. */
export function registerRigid(fixed: ImageVolume, moving: ImageVolume, options: RigidCall = {}): Promise<RigidResult> {
  const { initial, region, ...call } = options;
  return client.call('rigid', { fixed, moving, initial, region }, call);
}

/** Judges a transform (moving LPS mm to fixed LPS mm) by the images, in the same worker. */
export const assessRegistration = (
  fixed: ImageVolume,
  moving: ImageVolume,
  matrix: Mat4,
  options: CallOptions = {},
): Promise<Assessment> => client.call('assess', { fixed, moving, matrix }, options);
