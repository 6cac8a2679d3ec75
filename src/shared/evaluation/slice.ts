import { trilinearSampler } from '../geometry/sampler.ts';
import { add, scale, type Vec3 } from '../geometry/vec.ts';
import type { Volume, VoxelArray } from '../geometry/volume.ts';

/** A rectangle of square pixels in patient space. */
export interface SlicePlane {
  /** Centre of pixel (0, 0), LPS mm. */
  readonly origin: Vec3;
  /** Unit vectors of rising x and y. */
  readonly right: Vec3;
  readonly down: Vec3;
  readonly width: number;
  readonly height: number;
  /** Pixel size, mm. */
  readonly spacing: number;
}

/** LPS mm of a continuous pixel position, e.g. of an isoline's vertex. */
export const slicePoint = (plane: SlicePlane, x: number, y: number): Vec3 =>
  add(plane.origin, add(scale(plane.right, x * plane.spacing), scale(plane.down, y * plane.spacing)));

/**
 * Any plane through a volume as width × height values (x fastest), trilinear. Points up to half a voxel beyond the outermost
 * centres belong to the volume and take the nearest value; further out is `outside` (NaN makes isolines stop there).
 */
export function resamplePlane(volume: Volume<VoxelArray>, plane: SlicePlane, outside = Number.NaN): Float32Array {
  const sample = trilinearSampler(volume);
  const { width, height, origin: o } = plane;
  const r = scale(plane.right, plane.spacing);
  const d = scale(plane.down, plane.spacing);
  const out = new Float32Array(width * height);
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++, p++) {
      const value = sample(o[0] + x * r[0] + y * d[0], o[1] + x * r[1] + y * d[1], o[2] + x * r[2] + y * d[2]);
      out[p] = Number.isNaN(value) ? outside : value;
    }
  return out;
}
