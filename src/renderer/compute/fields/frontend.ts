import type { Grid } from '#shared/geometry/volume.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { BothWays, PropagatedContours } from '#shared/registration/propagateContours.ts';
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
