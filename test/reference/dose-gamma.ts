import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Volume } from '#shared/geometry/volume.ts';

/** Search step, mm: a coarser one loses points at the surface and on edges, where 0.25 mm can be 6 % of the dose. */
const STEP = 0.125;
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
 * above 10 % of it. The engine's dose is averaged over the reference voxel's own box, moved in steps of 0.125 mm but never out of the
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

/**
 * Mean over any box in LPS mm of the dose between voxel centres: trilinear, for a dose value stands for its voxel's centre; from the
 * outermost centres to the faces of the grid the last slope goes on.
 */
export function boxMeans(
  volume: Volume,
): (x0: number, x1: number, y0: number, y1: number, z0: number, z1: number) => number {
  const { dims, spacing, origin, data } = volume;
  const place = (value: number, axis: 0 | 1 | 2): number =>
    Math.min(dims[axis] - 0.5, Math.max(-0.5, (value - origin[axis]) / spacing[axis]));
  return (left, right, front, back, low, high) => {
    const x = shares(place(left, 0), place(right, 0), dims[0]);
    const y = shares(place(front, 1), place(back, 1), dims[1]);
    const z = shares(place(low, 2), place(high, 2), dims[2]);
    let sum = 0;
    for (let k = 0; k < z.weights.length; k++)
      for (let j = 0; j < y.weights.length; j++) {
        const row = x.first + dims[0] * (y.first + j + dims[1] * (z.first + k));
        let line = 0;
        for (let i = 0; i < x.weights.length; i++) line += x.weights[i] * data[row + i];
        sum += line * y.weights[j] * z.weights[k];
      }
    return sum;
  };
}

/** Weights of voxel centres in the mean, from index `from` to `to`, of the line through them. */
function shares(from: number, to: number, count: number): { readonly first: number; readonly weights: Float64Array } {
  const cell = (at: number): number => Math.max(0, Math.min(count - 2, Math.floor(at)));
  const [first, last] = [cell(from), cell(to)];
  const weights = new Float64Array(last - first + 2);
  for (let n = first; n <= last; n++) {
    const low = n === first ? from : n;
    const high = n === last ? to : n + 1;
    const share = (high - low) / (to - from);
    const t = (low + high) / 2 - n;
    weights[n - first] += share * (1 - t);
    weights[n - first + 1] += share * t;
  }
  return { first, weights };
}
