import type { Mat4 } from '#shared/geometry/affine.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Box } from '#shared/registration/prepare.ts';
import type { Assessment } from '#shared/registration/quality.ts';
import type { RigidResult } from '#shared/registration/rigid.ts';

export interface RegistrationJobs {
  /** Rigid registration by the images; throws as registration/rigid registerRigidly. */
  rigid: {
    input: { fixed: ImageVolume; moving: ImageVolume; initial?: Mat4; region?: Box };
    output: RigidResult;
  };
  /** What the images say of a transform that a person made; as registration/quality assessRigid. */
  assess: {
    input: { fixed: ImageVolume; moving: ImageVolume; matrix: Mat4 };
    output: Assessment;
  };
}
