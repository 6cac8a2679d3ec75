import { type AbortSignalLike, throwIfCancelled } from '../../contract/errors.ts';
import { trilinearSampler } from '../../geometry/sampler.ts';
import { type Grid, type Volume, voxelCount, type VoxelArray } from '../../geometry/volume.ts';
import { pointMap, type Transform } from '../transform.ts';

export interface WarpOptions {
  readonly signal?: AbortSignalLike;
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * A volume's values on a grid of another frame, trilinear: `toVolume` leads from the grid's frame to the volume's (the direction a
 * deformable registration stores). `outside` beyond the volume and where the transform is not defined.
 */
export function warpImage(
  volume: Volume<VoxelArray>,
  toVolume: Transform,
  grid: Grid,
  outside: number,
  { signal, onProgress }: WarpOptions = {},
): Volume<Float32Array> {
  const [map, sample] = [pointMap(toVolume), trilinearSampler(volume)];
  const { dims, spacing, origin, direction: d } = grid;
  const data = new Float32Array(voxelCount(grid));
  const point = new Float64Array(3);
  let p = 0;
  for (let k = 0; k < dims[2]; k++) {
    throwIfCancelled(signal);
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, p++) {
        const [a, b, c] = [i * spacing[0], j * spacing[1], k * spacing[2]];
        point[0] = origin[0] + a * d[0] + b * d[3] + c * d[6];
        point[1] = origin[1] + a * d[1] + b * d[4] + c * d[7];
        point[2] = origin[2] + a * d[2] + b * d[5] + c * d[8];
        const value = map(point) ? sample(point[0], point[1], point[2]) : Number.NaN;
        data[p] = Number.isNaN(value) ? outside : value;
      }
    onProgress?.((k + 1) / dims[2]);
  }
  return { dims, spacing, origin, direction: d, data };
}
