import type { Mat4 } from '#shared/geometry/affine.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DeformableResult } from '#shared/registration/deformable.ts';
import type { JacobianReport } from '#shared/registration/field/jacobian.ts';
import type { BothWays, PropagatedContours } from '#shared/registration/propagateContours.ts';
import type { Deformation } from '#shared/registration/transform.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { FieldJobs } from './base.ts';

const client = new JobClient<FieldJobs>(() => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' }));

/** ROIs of another image on the slices of `target`; throws as registration/propagateContours. */
export const propagate = (
  rois: readonly Roi[],
  ways: BothWays,
  { dims, spacing, origin, direction }: Grid,
  options: CallOptions,
): Promise<PropagatedContours[]> =>
  client.call(
    'propagate',
    {
      rois: rois.map(({ name, contours }) => ({ name, contours })),
      ways,
      target: { dims, spacing, origin, direction },
    },
    options,
  );

/** Lays `moving` on `fixed` by a B-spline after the rigid start `initial`; throws as registration/deformable registerDeformably. */
export const deform = (
  fixed: ImageVolume,
  moving: ImageVolume,
  { initial, gridSpacing, ...call }: { readonly initial: Mat4; readonly gridSpacing: number } & CallOptions,
): Promise<DeformableResult> => client.call('deform', { fixed, moving, initial, gridSpacing }, call);

/** The Jacobian determinants of a deformation. */
export const jacobianOf = ({ field, pre, post }: Deformation, options: CallOptions = {}): Promise<JacobianReport> =>
  client.call('jacobian', { field, pre, post }, options);
