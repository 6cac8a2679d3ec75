import type { Grid } from '#shared/geometry/volume.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { BothWays, PropagatedContours } from '#shared/registration/propagateContours.ts';

export interface FieldJobs {
  /** Each ROI in the frame and on the slices of `target`. */
  propagate: {
    input: {
      readonly rois: readonly Pick<Roi, 'name' | 'contours'>[];
      readonly ways: BothWays;
      readonly target: Grid;
    };
    output: PropagatedContours[];
  };
}
