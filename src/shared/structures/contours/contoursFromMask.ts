import { isolines } from '../../evaluation/isolines.ts';
import { type Grid, indexToPatient } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';

/**
 * Outlines of a mask on each k plane of its grid, at `level`, sub-voxel by linear interpolation between voxel centres. Holes come
 * out as inner CLOSED_PLANAR contours of the same plane (even–odd). Beyond the grid the mask is `outside`, so outlines close.
 * @param mask values per voxel, x fastest (partial volume 0..1, or any scalar with its own level)
 * @param outside a value below `level`
 */
export function contoursFromMask(mask: ArrayLike<number>, grid: Grid, level = 0.5, outside = 0): Contour[] {
  const [nx, ny, nz] = grid.dims;
  const contours: Contour[] = [];
  for (let k = 0; k < nz; k++) {
    const slice = paddedSlice(mask, nx, ny, k, level, outside);
    if (!slice) continue;
    for (const line of isolines(slice.values, slice.width, slice.height, level)) {
      const points = new Float64Array((line.points.length / 2) * 3);
      for (let p = 0, q = 0; p < line.points.length; p += 2, q += 3)
        points.set(indexToPatient(grid, [line.points[p] + slice.i, line.points[p + 1] + slice.j, k]), q);
      contours.push({ type: 'CLOSED_PLANAR', points });
    }
  }
  return contours;
}

/** The part of slice k that holds values ≥ level, with a border of one voxel (0 beyond the grid); undefined when empty. */
function paddedSlice(
  mask: ArrayLike<number>,
  nx: number,
  ny: number,
  k: number,
  level: number,
  outside: number,
): { values: Float64Array; width: number; height: number; i: number; j: number } | undefined {
  const base = nx * ny * k;
  let [i0, i1, j0, j1] = [nx, -1, ny, -1];
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++)
      if (mask[base + j * nx + i] >= level) {
        if (i < i0) i0 = i;
        if (i > i1) i1 = i;
        if (j < j0) j0 = j;
        j1 = j;
      }
  if (i1 < 0) return undefined;
  const [width, height] = [i1 - i0 + 3, j1 - j0 + 3];
  const values = new Float64Array(width * height).fill(outside);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [i, j] = [i0 - 1 + x, j0 - 1 + y];
      if (i >= 0 && j >= 0 && i < nx && j < ny) values[y * width + x] = mask[base + j * nx + i];
    }
  return { values, width, height, i: i0 - 1, j: j0 - 1 };
}
