import { patientToIndex, type Volume, type VoxelArray } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
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

const SUV_NAMES = {
  'body weight': 'SUVbw',
  'lean body mass': 'SUVlbm',
  'body surface area': 'SUVbsa',
  'ideal body weight': 'SUVibw',
} as const;

/** The unit of an image as written behind its values: HU, Bq/ml, SUVbw…; '' for arbitrary values. */
export function unitWords({ unit, suv }: Pick<ImageVolume, 'unit' | 'suv'>): string {
  if (unit === 'BQML') return 'Bq/ml';
  return unit === 'SUV' ? SUV_NAMES[suv?.normalization ?? 'body weight'] : unit;
}
