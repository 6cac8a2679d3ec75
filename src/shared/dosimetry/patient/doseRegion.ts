import { IsocenterError } from '../../contract/errors.ts';
import { type Grid, indexToPatient, patientToIndex } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Contour } from '../../model/structures.ts';

/** What of a patient may stick out of a grid before the grid is made larger, in voxels. */
const TOLERANCE = 0.01;
/** Room around the patient where it is, mm: contours stand for slabs. */
const MARGIN = 5;

/** Whole voxels, from `first` on, `dims` of them. */
export interface VoxelBox {
  readonly first: Vec3;
  readonly dims: Vec3;
}

/**
 * The grid enlarged by whole voxels until it holds all contours: beams pass through, and scatter comes from, what lies beside the part
 * of the patient where dose is wanted.
 */
export function coveringGrid(
  grid: Grid,
  contours: readonly Contour[],
): { readonly grid: Grid; readonly box: VoxelBox } {
  const { low, high } = indexBounds(grid, contours);
  const missing = (voxels: number, axis: number): number =>
    voxels > TOLERANCE ? Math.ceil(voxels + MARGIN / grid.spacing[axis]) : 0;
  const before = low.map((index, axis) => missing(-0.5 - index, axis));
  const after = high.map((index, axis) => missing(index + 0.5 - grid.dims[axis], axis));
  const first: Vec3 = [before[0], before[1], before[2]];
  return {
    grid: {
      ...grid,
      dims: [0, 1, 2].map((axis) => grid.dims[axis] + before[axis] + after[axis]) as unknown as Vec3,
      origin: indexToPatient(grid, [-before[0], -before[1], -before[2]]),
    },
    box: { first, dims: grid.dims },
  };
}

/**
 * The voxels of `grid` within `margin` mm of the box around contours.
 * @throws IsocenterError DOSE when the contours lie outside the grid.
 */
export function boxAround(grid: Grid, contours: readonly Contour[], margin: number): VoxelBox {
  const { low, high } = indexBounds(grid, contours);
  const first = low.map((index, axis) => Math.max(0, Math.round(index - margin / grid.spacing[axis])));
  const last = high.map((index, axis) =>
    Math.min(grid.dims[axis] - 1, Math.round(index + margin / grid.spacing[axis])),
  );
  const dims = first.map((from, axis) => last[axis] - from + 1);
  if (dims.some((count) => !(count >= 1)))
    throw new IsocenterError('DOSE', 'no part of it lies on the dose grid', { object: 'dose region' });
  return { first: first as unknown as Vec3, dims: dims as unknown as Vec3 };
}

/** The part of a grid that a box holds. */
export const boxGrid = (grid: Grid, { first, dims }: VoxelBox): Grid => ({
  dims,
  spacing: grid.spacing,
  origin: indexToPatient(grid, first),
  direction: grid.direction,
});

/** Values of the voxels in a box; the array itself when the box is the whole grid. */
export function cropVoxels(data: Float32Array, grid: Grid, { first, dims }: VoxelBox): Float32Array {
  if (dims.every((count, axis) => count === grid.dims[axis])) return data;
  const out = new Float32Array(dims[0] * dims[1] * dims[2]);
  for (let k = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++) {
      const from = first[0] + grid.dims[0] * (first[1] + j + grid.dims[1] * (first[2] + k));
      out.set(data.subarray(from, from + dims[0]), dims[0] * (j + dims[1] * k));
    }
  return out;
}

/** The box around contours in (fractional) indices of a grid; empty, from +∞ to −∞, around none. */
export function indexBounds(
  grid: Grid,
  contours: readonly Contour[],
): { readonly low: number[]; readonly high: number[] } {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { points } of contours)
    for (let n = 0; n < points.length; n += 3) {
      const index = patientToIndex(grid, [points[n], points[n + 1], points[n + 2]]);
      for (let axis = 0; axis < 3; axis++) {
        low[axis] = Math.min(low[axis], index[axis]);
        high[axis] = Math.max(high[axis], index[axis]);
      }
    }
  return { low, high };
}
