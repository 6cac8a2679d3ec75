import { patientToIndex, type Volume, type VoxelArray } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

/**
 * The value of the voxel that a point lies in (nearest voxel, not interpolated: what is told is what was measured), in the
 * image's unit; undefined outside.
 */
export function valueAt(
  image: Volume<VoxelArray> & { readonly slope: number; readonly intercept: number },
  point: Vec3,
): number | undefined {
  const [i, j, k] = patientToIndex(image, point).map(Math.round);
  const [nx, ny, nz] = image.dims;
  if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return undefined;
  return image.data[i + nx * (j + ny * k)] * image.slope + image.intercept;
}
