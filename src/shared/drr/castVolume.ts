import type { Grid, Volume } from '../geometry/volume.ts';

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

/** @param attenuation relative to water; taken as it is, and outside it is nothing. */
export function castVolume(attenuation: Volume<Float32Array>): CastVolume {
  const { dims, spacing, origin, direction } = attenuation;
  const [nx, ny, nz] = [dims[0] + 2, dims[1] + 2, dims[2] + 2];
  const data = new Float32Array(nx * ny * nz);
  for (let k = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++) {
      const from = dims[0] * (j + dims[1] * k);
      data.set(attenuation.data.subarray(from, from + dims[0]), 1 + nx * (j + 1 + ny * (k + 1)));
    }
  const [xBoxes, yBoxes, zBoxes] = boxesOf(data, nx, ny, nz);
  let turned: Float32Array | undefined;
  return {
    grid: { dims, spacing, origin, direction },
    along(axis) {
      const vStride = nx * ny;
      if (axis === 2) return { data, u: 0, v: 1, vStride: nx, planeStride: vStride, boxes: zBoxes };
      if (axis === 1) return { data, u: 0, v: 2, vStride, planeStride: nx, boxes: yBoxes };
      // Seen from the side a row of a plane would be one voxel a cache line: a copy with y first, made when first wanted.
      turned ??= withYFirst(data, nx, ny, nz);
      return { data: turned, u: 1, v: 2, vStride, planeStride: ny, boxes: xBoxes };
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

function boxesOf(
  data: Float32Array,
  nx: number,
  ny: number,
  nz: number,
): readonly [Int32Array, Int32Array, Int32Array] {
  const empty = (planes: number): Int32Array => {
    const boxes = new Int32Array(4 * planes);
    for (let p = 0; p < planes; p++) boxes.set([0x7fffffff, -1, 0x7fffffff, -1], 4 * p);
    return boxes;
  };
  const [x, y, z] = [empty(nx), empty(ny), empty(nz)];
  const grow = (boxes: Int32Array, plane: number, u0: number, u1: number, v: number): void => {
    const p = 4 * plane;
    if (u0 < boxes[p]) boxes[p] = u0;
    if (u1 > boxes[p + 1]) boxes[p + 1] = u1;
    if (v < boxes[p + 2]) boxes[p + 2] = v;
    if (v > boxes[p + 3]) boxes[p + 3] = v;
  };
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const row = nx * (j + ny * k);
      let [first, last] = [0, nx - 1];
      while (first < nx && data[row + first] === 0) first++;
      if (first === nx) continue;
      while (data[row + last] === 0) last--;
      grow(y, j, first, last, k);
      grow(z, k, first, last, j);
      for (let i = first; i <= last; i++) grow(x, i, j, j, k);
    }
  return [x, y, z];
}
