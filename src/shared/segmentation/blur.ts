import type { Vec3 } from '../geometry/vec.ts';

/** Smoothing by 1-2-1 along each axis (standard deviation 0.71 voxels), in place; the border value holds beyond the border. */
export function binomial(data: Float32Array, dims: Vec3): void {
  const [nx, ny, nz] = dims;
  const strides = [1, nx, nx * ny];
  for (let axis = 0; axis < 3; axis++) {
    const [length, stride] = [dims[axis], strides[axis]];
    if (length === 1) continue;
    const [outer, inner] = axis === 0 ? [ny * nz, 1] : axis === 1 ? [nz, nx] : [1, nx * ny];
    for (let o = 0; o < outer; o++)
      for (let n = 0; n < inner; n++) {
        let p = o * stride * length + n;
        let [before, here] = [data[p], data[p]];
        for (let q = 1; q < length; q++, p += stride) {
          const after = data[p + stride];
          data[p] = 0.25 * (before + after) + 0.5 * here;
          before = here;
          here = after;
        }
        data[p] = 0.25 * (before + here) + 0.5 * here;
      }
  }
}
