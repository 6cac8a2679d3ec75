import { JobClient } from '#renderer/compute/jobs/frontend.ts';
import { gridOf } from '#renderer/compute/structures/base.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Transform } from '#shared/registration/transform.ts';
import type { WarpJobs } from './base.ts';

interface WarpOptions {
  /** On the voxels of the grid themselves, however fine. */
  readonly exact?: boolean;
  readonly signal?: AbortSignal;
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * An image as it lies in another frame of reference, resampled in a worker of its own over the extent of `grid` with voxels no finer
 * than the image's. Rejects with CANCELLED and what the transform throws.
 */
export async function warpOnto(
  image: ImageVolume,
  toImage: Transform,
  grid: Grid,
  { exact = false, ...options }: WarpOptions,
): Promise<ImageVolume> {
  const client = new JobClient<WarpJobs>(
    () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module', name: 'warp' }),
  );
  try {
    return await client.call(
      'warp',
      { image, toImage, grid: exact ? gridOf(grid) : coarser(gridOf(grid), Math.min(...image.spacing)) },
      options,
    );
  } finally {
    client.dispose();
  }
}

/** The grid's box in voxels of at least `mm`, the first centre kept. */
export function coarser(grid: Grid, mm: number): Grid {
  const at = (axis: 0 | 1 | 2): readonly [number, number] => {
    const extent = (grid.dims[axis] - 1) * grid.spacing[axis];
    const spacing = Math.max(grid.spacing[axis], mm);
    return [Math.floor(extent / spacing + 1e-6) + 1, spacing];
  };
  const [x, y, z] = [at(0), at(1), at(2)];
  return { ...grid, dims: [x[0], y[0], z[0]], spacing: [x[1], y[1], z[1]] };
}
