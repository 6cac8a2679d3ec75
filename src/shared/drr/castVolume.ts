import type { Grid } from '../geometry/volume.ts';
import { attenuationOf, type CtVoxels, type TissueWeights } from './attenuation.ts';

/**
 * Attenuation laid out for casting along any axis: voxels with a border of zeros round them, and for each axis which part of each of
 * its planes holds anything.
 */
export interface CastVolume {
  /** Without the border. */
  readonly grid: Grid;
  along(axis: 0 | 1 | 2): CastPlanes;
}

/** Planes across one axis. Within a plane u is the next of the other axes in memory and v the last one. */
export interface CastPlanes {
  readonly data: Float32Array;
  /** Which axes of the grid u and v are. */
  readonly u: 0 | 1;
  readonly v: 1 | 2;
  /** Steps in memory; u has 1. */
  readonly vStride: number;
  readonly planeStride: number;
  /** For each plane (border included) first and last u and v that hold anything: four numbers; first > last for an empty one. */
  readonly boxes: Int32Array;
}

/** The attenuation of a CT as it is cast; outside the CT is nothing. */
export function castVolume(ct: CtVoxels, weights: TissueWeights, voxel: number): CastVolume {
  const { data, ...grid } = attenuationOf(ct, weights, voxel, 1);
  const [nx, ny, nz] = [grid.dims[0] + 2, grid.dims[1] + 2, grid.dims[2] + 2];
  const extents = rowExtents(data, nx, ny * nz);
  const made = new Map<number, CastPlanes>();
  const planesAlong = (axis: 0 | 1 | 2): CastPlanes => {
    const boxes = boxesAlong(axis, extents, nx, ny, nz);
    const slice = nx * ny;
    if (axis === 2) return { data, u: 0, v: 1, vStride: nx, planeStride: slice, boxes };
    if (axis === 1) return { data, u: 0, v: 2, vStride: slice, planeStride: nx, boxes };
    // Seen from the side a row of a plane would be one voxel a cache line: a copy with y first.
    return { data: withYFirst(data, nx, ny, nz), u: 1, v: 2, vStride: slice, planeStride: ny, boxes };
  };
  return {
    grid,
    along(axis) {
      const planes = made.get(axis) ?? planesAlong(axis);
      made.set(axis, planes);
      return planes;
    },
  };
}

const TILE = 16;

function withYFirst(data: Float32Array, nx: number, ny: number, nz: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let k = 0; k < nz; k++)
    for (let jTile = 0; jTile < ny; jTile += TILE)
      for (let iTile = 0; iTile < nx; iTile += TILE) {
        const [jEnd, iEnd] = [Math.min(ny, jTile + TILE), Math.min(nx, iTile + TILE)];
        for (let i = iTile; i < iEnd; i++)
          for (let j = jTile, q = ny * (i + nx * k); j < jEnd; j++) turned[q + j] = data[i + nx * (j + ny * k)];
      }
  return turned;
}

/** For each row of voxels along x the first and last one that holds anything; first > last for an empty row. */
function rowExtents(data: Float32Array, nx: number, rows: number): Int32Array {
  const extents = new Int32Array(2 * rows);
  for (let r = 0, p = 0; r < rows; r++, p += nx) {
    let [first, last] = [0, nx - 1];
    while (first < nx && data[p + first] === 0) first++;
    while (last >= first && data[p + last] === 0) last--;
    extents[2 * r] = first;
    extents[2 * r + 1] = last;
  }
  return extents;
}

function boxesAlong(axis: 0 | 1 | 2, extents: Int32Array, nx: number, ny: number, nz: number): Int32Array {
  const boxes = new Int32Array(4 * [nx, ny, nz][axis]);
  for (let p = 0; p < boxes.length; p += 4) boxes.set([0x7fffffff, -1, 0x7fffffff, -1], p);
  const grow = (plane: number, u0: number, u1: number, v: number): void => {
    const p = 4 * plane;
    if (u0 < boxes[p]) boxes[p] = u0;
    if (u1 > boxes[p + 1]) boxes[p + 1] = u1;
    if (v < boxes[p + 2]) boxes[p + 2] = v;
    if (v > boxes[p + 3]) boxes[p + 3] = v;
  };
  for (let k = 0, r = 0; k < nz; k++)
    for (let j = 0; j < ny; j++, r += 2) {
      const [first, last] = [extents[r], extents[r + 1]];
      if (last < first) continue;
      if (axis === 1) grow(j, first, last, k);
      else if (axis === 2) grow(k, first, last, j);
      else for (let i = first; i <= last; i++) grow(i, j, j, k);
    }
  return boxes;
}
