import type { Plane } from '../../../dosimetry/pencilBeam/fluence/contract.ts';

/**
 * Voxels by the cell of a plane that they lie in: where each cell's voxels begin in the list (width · height + 1 numbers, cell (i, j) between
 * nodes i and i + 1, j and j + 1 at i + width · j), then the list. With it a node adds up the voxels around it, always in the same order;
 * the other way round, voxels that add to nodes, would need floats that many threads add to, which WGSL has not.
 */
export function cellsOf(
  { from, pitch, width, height }: Plane,
  x: Float32Array,
  y: Float32Array,
): Uint32Array<ArrayBuffer> {
  const cells = width * height;
  const cellOf = new Int32Array(x.length);
  const begins = new Uint32Array(cells + 1);
  let on = 0;
  for (let voxel = 0; voxel < x.length; voxel++) {
    const [u, v] = [(x[voxel] - from[0]) / pitch, (y[voxel] - from[1]) / pitch];
    const inside = u >= 0 && v >= 0 && u < width - 1 && v < height - 1;
    cellOf[voxel] = inside ? Math.floor(u) + width * Math.floor(v) : -1;
    if (!inside) continue;
    begins[cellOf[voxel] + 1]++;
    on++;
  }
  for (let cell = 0; cell < cells; cell++) begins[cell + 1] += begins[cell];
  const all = new Uint32Array(cells + 1 + on);
  all.set(begins);
  for (let voxel = 0; voxel < x.length; voxel++)
    if (cellOf[voxel] >= 0) all[cells + 1 + begins[cellOf[voxel]]++] = voxel;
  return all;
}
