import type { Mat4 } from '#shared/geometry/affine.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DeformableResult } from '#shared/registration/deformable.ts';
import type { JacobianReport } from '#shared/registration/field/jacobian.ts';
import type { BothWays, PropagatedContours } from '#shared/registration/propagateContours.ts';
import type { Deformation } from '#shared/registration/transform.ts';

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
  /** B-spline registration; throws as registration/deformable registerDeformably. */
  deform: {
    input: {
      readonly fixed: ImageVolume;
      readonly moving: ImageVolume;
      readonly initial: Mat4;
      readonly gridSpacing: number;
    };
    output: DeformableResult;
  };
  /** Determinants at the nodes of a deformation. */
  jacobian: { input: Deformation; output: JacobianReport };
}
