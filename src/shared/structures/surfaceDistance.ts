import { footDistance } from './footDistance.ts';

/**
 * Signed Euclidean distance (mm, negative inside) from each voxel centre to the zero level of `field`, below a voxel's size:
 * voxels beside a change of sign project themselves onto the surface along the field's gradient, all others take the surface
 * point nearest to them (see footDistance; beyond `reach` mm roughly). Without a surface all distances are infinite, with the field's sign.
 */
export function surfaceDistance(
  field: Float32Array,
  dims: readonly [number, number, number],
  spacing: readonly [number, number, number],
  reach = Infinity,
): Float32Array {
  const [nx, ny, nz] = dims;
  const strides = [1, nx, nx * ny];
  const count = nx * ny * nz;
  const sites = new Uint8Array(count);
  const markPair = (p: number, q: number): void => {
    if (field[p] < 0 !== field[q] < 0) {
      sites[p] = 1;
      sites[q] = 1;
    }
  };
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        if (i + 1 < nx) markPair(p, p + 1);
        if (j + 1 < ny) markPair(p, p + nx);
        if (k + 1 < nz) markPair(p, p + strides[2]);
      }
  const feet = new Float32Array(3 * count);
  for (let p = 0; p < count; p++) if (sites[p]) feet.set(surfacePoint(field, dims, spacing, strides, p), 3 * p);
  const distance = footDistance(sites, feet, dims, spacing, reach);
  for (let p = 0; p < count; p++) if (field[p] < 0) distance[p] = -distance[p];
  return distance;
}

/** Foot of voxel q on the surface, mm from voxel 0: one Newton step along the gradient, no further than a voxel's diagonal. */
function surfacePoint(
  field: Float32Array,
  dims: readonly [number, number, number],
  spacing: readonly [number, number, number],
  strides: readonly number[],
  q: number,
): [number, number, number] {
  const index = [q % dims[0], Math.floor(q / dims[0]) % dims[1], Math.floor(q / strides[2])];
  const gradient = [0, 1, 2].map((axis) => {
    const up = index[axis] + 1 < dims[axis] ? q + strides[axis] : q;
    const down = index[axis] > 0 ? q - strides[axis] : q;
    return up === down ? 0 : (field[up] - field[down]) / (((up - down) / strides[axis]) * spacing[axis]);
  });
  const squared = gradient[0] ** 2 + gradient[1] ** 2 + gradient[2] ** 2;
  const position = (axis: number): number => index[axis] * spacing[axis];
  if (squared === 0) return [position(0), position(1), position(2)];
  const diagonal = Math.hypot(spacing[0], spacing[1], spacing[2]);
  const reach = Math.min(Math.abs(field[q]) / Math.sqrt(squared), diagonal);
  const step = (Math.sign(field[q]) * reach) / Math.sqrt(squared);
  return [0, 1, 2].map((axis) => position(axis) - step * gradient[axis]) as [number, number, number];
}
