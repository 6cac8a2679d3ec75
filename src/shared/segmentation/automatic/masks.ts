import type { Grid } from '../../geometry/volume.ts';
import { nearestSites } from '../../structures/margins/featureTransform.ts';
import { flood } from '../flood.ts';

/** Distance of each voxel to the nearest set voxel of a mask, mm; Infinity without any. */
export function distanceTo(mask: Uint8Array, grid: Grid): Float32Array {
  const [nx, ny] = grid.dims;
  const [sx, sy, sz] = grid.spacing;
  const nearest = nearestSites(mask, grid.dims, grid.spacing);
  const distance = new Float32Array(mask.length);
  for (let p = 0; p < mask.length; p++) {
    const q = nearest[p];
    if (q < 0) {
      distance[p] = Infinity;
      continue;
    }
    const [i, j, k] = [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))];
    const [a, b, c] = [q % nx, Math.floor(q / nx) % ny, Math.floor(q / (nx * ny))];
    distance[p] = Math.hypot((i - a) * sx, (j - b) * sy, (k - c) * sz);
  }
  return distance;
}

/** A mask grown by `mm`, then shrunk by as much: gaps narrower than twice that are closed. */
export function closed(mask: Uint8Array, grid: Grid, mm: number): Uint8Array {
  const grown = Uint8Array.from(distanceTo(mask, grid), (distance) => (distance <= mm ? 1 : 0));
  const outside = grown.map((value) => 1 - value);
  return Uint8Array.from(distanceTo(outside, grid), (distance, p) => (mask[p] || distance > mm ? 1 : 0));
}

/** Connected parts (6 neighbours) of a mask with at least `least` voxels, largest first, as lists of voxels. */
export function components(mask: Uint8Array, dims: Grid['dims'], least: number): Int32Array[] {
  const left = mask.slice();
  const parts: Int32Array[] = [];
  for (let seed = 0; seed < left.length; seed++) {
    if (!left[seed]) continue;
    const list = floodList(left, dims, seed);
    if (list.length >= least) parts.push(list);
  }
  return parts.sort((a, b) => b.length - a.length);
}

/** The voxels connected to a seed; they are taken from the mask. */
function floodList(mask: Uint8Array, [nx, ny, nz]: Grid['dims'], seed: number): Int32Array {
  let list = new Int32Array(1024);
  let count = 0;
  const visit = (p: number): void => {
    if (!mask[p]) return;
    mask[p] = 0;
    if (count === list.length) {
      const larger = new Int32Array(2 * count);
      larger.set(list);
      list = larger;
    }
    list[count++] = p;
  };
  visit(seed);
  const slice = nx * ny;
  for (let head = 0; head < count; head++) {
    const p = list[head];
    const k = Math.floor(p / slice);
    const j = Math.floor((p - k * slice) / nx);
    const i = p - k * slice - j * nx;
    if (i > 0) visit(p - 1);
    if (i + 1 < nx) visit(p + 1);
    if (j > 0) visit(p - nx);
    if (j + 1 < ny) visit(p + nx);
    if (k > 0) visit(p - slice);
    if (k + 1 < nz) visit(p + slice);
  }
  return list.slice(0, count);
}

export function maskOf(list: Int32Array, size: number): Uint8Array {
  const mask = new Uint8Array(size);
  for (const p of list) mask[p] = 1;
  return mask;
}

/** Fills, slice by slice, what the border of the slice cannot reach, where it is no larger than `largest` voxels. */
export function fillSliceHoles(mask: Uint8Array, [nx, ny, nz]: Grid['dims'], largest = Infinity): void {
  const size = nx * ny;
  const rim: number[] = [];
  for (let i = 0; i < nx; i++) rim.push(i, (ny - 1) * nx + i);
  for (let j = 0; j < ny; j++) rim.push(j * nx, j * nx + nx - 1);
  for (let k = 0; k < nz; k++) {
    const slice = mask.subarray(k * size, (k + 1) * size);
    const outside = flood([nx, ny, 1], rim, (p) => !slice[p])?.reached ?? new Uint8Array(size);
    const holes = slice.map((value, p) => (value || outside[p] ? 0 : 1));
    for (const hole of components(holes, [nx, ny, 1], 1))
      if (hole.length <= largest) for (const p of hole) slice[p] = 1;
  }
}
