import { footDistance } from './footDistance.ts';

/**
 * Signed Euclidean distance (mm, negative inside) from each voxel centre to the zero level of `field`, below a voxel's size:
 * voxels beside a change of sign project themselves onto the surface along the field's gradient, all others take the surface
 * point nearest to them (see footDistance). Without a surface all distances are infinite, with the field's sign.
 */
export function surfaceDistance(
  field: Float32Array,
  dims: readonly [number, number, number],
  spacing: readonly [number, number, number],
): Float32Array {
  const { sites, feet } = surfaceFeet(field, dims, spacing);
  const distance = footDistance(sites, feet, dims, spacing);
  for (let p = 0; p < distance.length; p++) if (field[p] < 0) distance[p] = -distance[p];
  return distance;
}

/** The voxels beside a change of sign of `field` (1), and for these the point of its zero level next to them: x, y, z in mm from voxel 0. */
export function surfaceFeet(
  field: Float32Array,
  dims: readonly [number, number, number],
  spacing: readonly [number, number, number],
): { readonly sites: Uint8Array; readonly feet: Float32Array } {
  const [nx, ny, nz] = dims;
  const layer = nx * ny;
  const sites = new Uint8Array(field.length);
  const feet = new Float32Array(3 * field.length);
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const inside = field[p] < 0;
        if (i + 1 < nx && field[p + 1] < 0 !== inside) sites[p] = sites[p + 1] = 1;
        if (j + 1 < ny && field[p + nx] < 0 !== inside) sites[p] = sites[p + nx] = 1;
        if (k + 1 < nz && field[p + layer] < 0 !== inside) sites[p] = sites[p + layer] = 1;
        // All neighbours that come before it have had their say.
        if (sites[p]) feet.set(surfacePoint(field, dims, spacing, [1, nx, layer], p), 3 * p);
      }
  return { sites, feet };
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
