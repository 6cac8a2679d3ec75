import { invertRigid, type Mat4, transformPoint } from '#shared/geometry/affine.ts';
import { type Grid, indexToPatient, patientToIndex } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Box, Shape } from './shapes.ts';

/** Signed distances in mm on the part of a grid that a shape can touch; x fastest within `size`, first voxel at `from`. */
export interface DistanceField {
  readonly from: Vec3;
  readonly size: Vec3;
  readonly values: Float32Array;
}

/**
 * Samples `shape` at the voxel centres of `grid`, within `reach` mm around the shape's box; where the surface is more than
 * `band` mm away only sign and "more than band" hold, because rows are stepped through as in sphere tracing (Hart 1996).
 * `toAnatomy` (rigid) takes the grid's LPS to the shape's. Undefined where the grid misses the shape.
 */
export function distanceField(
  shape: Shape,
  grid: Grid,
  toAnatomy: Mat4,
  reach: number,
  band = reach,
): DistanceField | undefined {
  const whole = indexBox(shape.box, grid, toAnatomy, reach);
  if (whole === undefined) return undefined;
  const { from, size } = whole;
  const values = new Float32Array(size[0] * size[1] * size[2]).fill(Number.POSITIVE_INFINITY);
  const start = transformPoint(toAnatomy, indexToPatient(grid, [0, 0, 0]));
  const step = (index: Vec3): Vec3 => {
    const p = transformPoint(toAnatomy, indexToPatient(grid, index));
    return [p[0] - start[0], p[1] - start[1], p[2] - start[2]];
  };
  const [di, dj, dk] = [step([1, 0, 0]), step([0, 1, 0]), step([0, 0, 1])];
  const pitch = grid.spacing[0];
  for (const piece of shape.pieces ?? [shape]) {
    const box = indexBox(piece.box, grid, toAnatomy, reach);
    if (box === undefined) continue;
    const [i0, j0, k0] = box.from;
    const i1 = i0 + box.size[0];
    for (let k = k0; k < k0 + box.size[2]; k++)
      for (let j = j0; j < j0 + box.size[1]; j++) {
        const row = size[0] * (j - from[1] + size[1] * (k - from[2])) - from[0];
        const x0 = start[0] + j * dj[0] + k * dk[0];
        const y0 = start[1] + j * dj[1] + k * dk[1];
        const z0 = start[2] + j * dj[2] + k * dk[2];
        for (let i = i0; i < i1; ) {
          const d = piece.distance(x0 + i * di[0], y0 + i * di[1], z0 + i * di[2]);
          if (d < values[row + i]) values[row + i] = d;
          i++;
          // Estimates from outside never exceed the true distance; inside they may, hence the factor of two.
          const clear = d > 0 ? (d - band) / pitch : (-d - band) / (2 * pitch);
          if (clear < 1) continue;
          const end = Math.min(i1, i + Math.floor(clear));
          if (d < 0) values.fill(-band, row + i, row + end);
          i = end;
        }
      }
  }
  return { from, size, values };
}

/** The voxels whose centres lie within `reach` mm of the box. */
function indexBox(box: Box, grid: Grid, toAnatomy: Mat4, reach: number): { from: Vec3; size: Vec3 } | undefined {
  const fromAnatomy = invertRigid(toAnatomy);
  const [low, high] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  for (let corner = 0; corner < 8; corner++) {
    const end = (axis: 0 | 1 | 2): number => ((corner >> axis) & 1 ? box.max[axis] + reach : box.min[axis] - reach);
    const index = patientToIndex(grid, transformPoint(fromAnatomy, [end(0), end(1), end(2)]));
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], index[axis]);
      high[axis] = Math.max(high[axis], index[axis]);
    }
  }
  const from = low.map((value) => Math.max(0, Math.ceil(value - 1e-9)));
  const size = high.map((value, axis) => Math.min(grid.dims[axis] - 1, Math.floor(value + 1e-9)) - from[axis] + 1);
  if (size.some((count) => count <= 0)) return undefined;
  return { from: [from[0], from[1], from[2]], size: [size[0], size[1], size[2]] };
}
