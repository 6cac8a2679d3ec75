import { voxelCount, voxelVolume } from '../geometry/volume.ts';
import type { PreparedImage } from './prepare.ts';

/** Volume of an image's box, mm³. */
export const extentOf = (image: PreparedImage): number => voxelCount(image) * voxelVolume(image);

/**
 * Points spread evenly over the box of voxel centres (LPS mm, three numbers each) and the image's trilinear values there. Roberts' R3
 * sequence: evenly without being a lattice, so that the samples do not meet the other image's voxel centres all at once.
 */
export function samplePoints(image: PreparedImage, count: number): { points: Float64Array; values: Float32Array } {
  const { dims, spacing, origin: o, direction: d, data } = image;
  const [nx, ny] = dims;
  // 1/g, 1/g², 1/g³ with g⁴ = g + 1.
  const g = 1.2207440846057596;
  const points = new Float64Array(3 * count);
  const values = new Float32Array(count);
  for (let s = 0; s < count; s++) {
    const along = [1 / g, 1 / g ** 2, 1 / g ** 3].map((step, axis) => ((0.5 + step * (s + 1)) % 1) * (dims[axis] - 1));
    const [i, j, k] = along.map((x, axis) => Math.max(0, Math.min(dims[axis] - 2, Math.floor(x))));
    const [fx, fy, fz] = [along[0] - i, along[1] - j, along[2] - k];
    const at = (di: number, dj: number, dk: number): number =>
      data[Math.min(i + di, nx - 1) + nx * (Math.min(j + dj, ny - 1) + ny * Math.min(k + dk, dims[2] - 1))];
    const plane = (dk: number): number =>
      (1 - fy) * ((1 - fx) * at(0, 0, dk) + fx * at(1, 0, dk)) + fy * ((1 - fx) * at(0, 1, dk) + fx * at(1, 1, dk));
    values[s] = (1 - fz) * plane(0) + fz * plane(1);
    const [u, v, w] = [along[0] * spacing[0], along[1] * spacing[1], along[2] * spacing[2]];
    for (let n = 0; n < 3; n++) points[3 * s + n] = o[n] + u * d[n] + v * d[3 + n] + w * d[6 + n];
  }
  return { points, values };
}
