import type { Vec3 } from '../geometry/vec.ts';

/**
 * Values of a lattice (x fastest) after a Gaussian of standard deviation `sigma` voxels along each axis, cut at 2.5 sigma; at the
 * edges the part of it that lies inside counts for the whole.
 */
export function smoothed(values: Float32Array, dims: Vec3, sigma: number): Float32Array {
  const reach = Math.ceil(2.5 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, n) =>
    Math.exp(-((n - reach) ** 2) / (2 * sigma ** 2)),
  );
  let from = values;
  for (let axis = 0, stride = 1; axis < 3; stride *= dims[axis], axis++) {
    const to = new Float32Array(from.length);
    const length = dims[axis];
    for (let outer = 0; outer < from.length; outer += stride * length)
      for (let at = 0; at < length; at++) {
        const [first, last] = [Math.max(-reach, -at), Math.min(reach, length - 1 - at)];
        let total = 0;
        for (let n = first; n <= last; n++) total += kernel[n + reach];
        const line = outer + at * stride;
        for (let n = first; n <= last; n++) {
          const weight = kernel[n + reach] / total;
          const shift = line + n * stride;
          for (let inner = 0; inner < stride; inner++) to[line + inner] += weight * from[shift + inner];
        }
      }
    from = to;
  }
  return from;
}
