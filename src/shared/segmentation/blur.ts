import type { Vec3 } from '../geometry/vec.ts';

/**
 * Gaussian smoothing, separable, in place; the border value holds beyond the border.
 * @param sigma standard deviation along i, j and k in voxels; 0 leaves an axis alone
 */
export function gaussian(data: Float32Array, dims: Vec3, sigma: Vec3): void {
  const strides = [1, dims[0], dims[0] * dims[1]];
  for (let axis = 0; axis < 3; axis++) {
    if (!(sigma[axis] > 0) || dims[axis] === 1) continue;
    const kernel = gaussianKernel(sigma[axis]);
    const [a, b] = [0, 1, 2].filter((other) => other !== axis);
    const line = new Float32Array(dims[axis]);
    for (let y = 0; y < dims[b]; y++)
      for (let x = 0; x < dims[a]; x++) smoothLine(data, x * strides[a] + y * strides[b], strides[axis], line, kernel);
  }
}

/** Half a kernel (centre first) that sums to 1 with its mirror image. */
function gaussianKernel(sigma: number): Float64Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float64Array.from({ length: reach + 1 }, (_, n) => Math.exp(-(n * n) / (2 * sigma * sigma)));
  const total = kernel.reduce((sum, value, n) => sum + (n === 0 ? value : 2 * value), 0);
  return kernel.map((value) => value / total);
}

function smoothLine(data: Float32Array, start: number, stride: number, line: Float32Array, kernel: Float64Array): void {
  const length = line.length;
  const reach = kernel.length - 1;
  for (let q = 0; q < length; q++) line[q] = data[start + q * stride];
  for (let q = 0; q < length; q++) {
    let sum = kernel[0] * line[q];
    if (q >= reach && q + reach < length)
      for (let n = 1; n <= reach; n++) sum += kernel[n] * (line[q - n] + line[q + n]);
    else
      for (let n = 1; n <= reach; n++)
        sum += kernel[n] * (line[q - n < 0 ? 0 : q - n] + line[q + n >= length ? length - 1 : q + n]);
    data[start + q * stride] = sum;
  }
}

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
