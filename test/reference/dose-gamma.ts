import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Volume } from '#shared/geometry/volume.ts';

/** Search step, mm: a coarser one loses points at the surface. */
const STEP = 0.25;
/** Left out before the exit surface, cm. */
const EXIT = 2;

/** The three-dimensional result of a case (centimetres, depth = z), x fastest. */
export interface ReferenceGrid {
  readonly xEdges: readonly number[];
  readonly yEdges: readonly number[];
  readonly zEdges: readonly number[];
  /** Gy cm². */
  readonly dose: Float32Array;
  /** Voxels to leave out, by depth. */
  readonly leaveOut: (depth: number) => boolean;
}

/** Reads the first array of a case's .f32.gz. */
export function readDose(file: string, voxels: number): Float32Array {
  const bytes = gunzipSync(readFileSync(file));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 4 * voxels));
}

/**
 * Share of voxels whose gamma (Low et al., Med. Phys. 25 (1998) 656) is at most 1: `dd` of the reference's maximum, `dta` mm, voxels
 * above 10 % of it. The engine's dose is averaged over the reference voxel's own box, moved in steps of 0.25 mm but never out of the
 * phantom. Cases are symmetric in x and y: one quarter is judged.
 */
export function gammaPassRate(reference: ReferenceGrid, mine: Volume, scale: number, dd: number, dta: number): number {
  const { xEdges, yEdges, zEdges, dose } = reference;
  const [nx, ny] = [xEdges.length - 1, yEdges.length - 1];
  const max = dose.reduce((most, value) => Math.max(most, value), 0);
  const mean = boxMeans(mine);
  const moves = offsets(dta);
  const exit = zEdges[zEdges.length - 1];
  let [passed, judged] = [0, 0];
  for (let k = 0; k + 1 < zEdges.length; k++) {
    const [z0, z1] = [zEdges[k], zEdges[k + 1]];
    if (z1 > exit - EXIT || reference.leaveOut((z0 + z1) / 2)) continue;
    for (let j = ny >> 1; j < ny; j++)
      for (let i = nx >> 1; i < nx; i++) {
        const expected = dose[i + nx * (j + ny * k)];
        if (expected < 0.1 * max) continue;
        judged++;
        const found = moves.some(([x, y, z, squared]) => {
          if (z0 * 10 + z < 0) return false;
          const ours = mean(xEdges[i] * 10 + x, xEdges[i + 1] * 10 + x, z0 * 10 + z, z1 * 10 + z, yEdges[j] * 10 + y, yEdges[j + 1] * 10 + y); // biome-ignore format: one box
          return ((ours * scale - expected) / (dd * max)) ** 2 + squared / (dta * dta) <= 1;
        });
        if (found) passed++;
      }
  }
  return passed / judged;
}

/** Displacements no longer than `dta`, nearest first: x, y, z and squared length. */
function offsets(dta: number): (readonly [number, number, number, number])[] {
  const n = Math.floor(dta / STEP + 1e-9);
  const out: [number, number, number, number][] = [];
  for (let a = -n; a <= n; a++)
    for (let b = -n; b <= n; b++)
      for (let c = -n; c <= n; c++) {
        const squared = (a * a + b * b + c * c) * STEP * STEP;
        if (squared <= dta * dta + 1e-9) out.push([a * STEP, b * STEP, c * STEP, squared]);
      }
  return out.sort((a, b) => a[3] - b[3]);
}

/** Mean over any box in LPS mm, exact for values constant in voxels: sums over everything below a corner. */
export function boxMeans(
  volume: Volume,
): (x0: number, x1: number, y0: number, y1: number, z0: number, z1: number) => number {
  const { dims, spacing, origin, data } = volume;
  const [rx, ry, rz] = [dims[0] + 1, dims[1] + 1, dims[2] + 1];
  const sums = new Float64Array(rx * ry * rz);
  const at = (i: number, j: number, k: number): number => i + rx * (j + ry * k);
  for (let k = 1; k < rz; k++)
    for (let j = 1; j < ry; j++) {
      let row = 0;
      for (let i = 1; i < rx; i++) {
        row += data[i - 1 + dims[0] * (j - 1 + dims[1] * (k - 1))];
        sums[at(i, j, k)] = row + sums[at(i, j - 1, k)] + sums[at(i, j, k - 1)] - sums[at(i, j - 1, k - 1)];
      }
    }
  const place = (value: number, axis: 0 | 1 | 2): number =>
    Math.min(dims[axis], Math.max(0, (value - origin[axis]) / spacing[axis] + 0.5));
  const below = (x: number, y: number, z: number): number => {
    const [i, j, k] = [Math.min(dims[0] - 1, x | 0), Math.min(dims[1] - 1, y | 0), Math.min(dims[2] - 1, z | 0)];
    const [fx, fy, fz] = [x - i, y - j, z - k];
    const along = (n: number): number => sums[n] + fx * (sums[n + 1] - sums[n]);
    const plane = (n: number): number => along(n) + fy * (along(n + rx) - along(n));
    const first = at(i, j, k);
    return plane(first) + fz * (plane(first + rx * ry) - plane(first));
  };
  return (left, right, front, back, low, high) => {
    const [x0, x1] = [place(left, 0), place(right, 0)];
    const [y0, y1] = [place(front, 1), place(back, 1)];
    const [z0, z1] = [place(low, 2), place(high, 2)];
    const face = (z: number): number => below(x1, y1, z) - below(x0, y1, z) - below(x1, y0, z) + below(x0, y0, z);
    return (face(z1) - face(z0)) / ((x1 - x0) * (y1 - y0) * (z1 - z0));
  };
}
