import type { Grid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Transform } from '#shared/registration/transform.ts';

/** Jobs of the worker that resamples images through deformations. */
export type WarpJobs = {
  /** The image on `grid`; `toImage` leads from the grid's frame of reference to the image's. */
  readonly warp: {
    readonly input: { readonly image: ImageVolume; readonly toImage: Transform; readonly grid: Grid };
    readonly output: ImageVolume;
  };
};
