import type { DvhTable } from './dvh.ts';

/** Enough that a curve of 100 Gy is read to 0.1 Gy. */
const BINS = 512;

/** Voxels of equal weight that stand for a structure. */
export interface VoxelSample {
  /** Places of its voxels in an array of doses. */
  readonly rows: Uint32Array;
  /** Of the structure, cm³. */
  readonly volume: number;
}

/**
 * Cumulative DVH of voxels that count alike: coarser than `computeDvh` at the surface of a structure, but a matter of milliseconds, and of
 * doses that are known in some voxels only.
 * @param scale what makes Gy of `doses`
 */
export function voxelDvh(doses: ArrayLike<number>, { rows, volume }: VoxelSample, scale = 1): DvhTable {
  const n = rows.length;
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (let i = 0; i < n; i++) {
    const dose = scale * doses[rows[i]];
    min = Math.min(min, dose);
    max = Math.max(max, dose);
    sum += dose;
  }
  if (n === 0) [min, max] = [0, 0];
  const histogram = new Uint32Array(BINS);
  const perGray = max > min ? BINS / (max - min) : 0;
  for (let i = 0; i < n; i++) histogram[Math.min(BINS - 1, Math.floor((scale * doses[rows[i]] - min) * perGray))]++;
  const curve = { dose: new Float64Array(BINS + 2), volume: new Float64Array(BINS + 2) };
  curve.volume[0] = 100;
  curve.dose[BINS + 1] = max;
  let above = 0;
  for (let bin = BINS - 1; bin >= 0; bin--) {
    above += histogram[bin];
    curve.dose[bin + 1] = min + ((max - min) * bin) / BINS;
    curve.volume[bin + 1] = n === 0 ? 0 : (100 * above) / n;
  }
  return { volume, min, mean: n === 0 ? 0 : sum / n, max, curve, covered: 1, warnings: [] };
}
