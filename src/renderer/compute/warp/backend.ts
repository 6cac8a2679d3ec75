import { serveJobs } from '#renderer/compute/jobs/backend.ts';
import { warpImage } from '#shared/registration/field/warpImage.ts';
import type { WarpJobs } from './base.ts';

/** HU of what a CT has no voxel for; other images are 0 there. */
const AIR = -1000;

serveJobs<WarpJobs>({
  warp({ image, toImage, grid }, control) {
    const outside = ((image.unit === 'HU' ? AIR : 0) - image.intercept) / image.slope;
    return { ...image, ...warpImage(image, toImage, grid, outside, control), slices: [] };
  },
});
