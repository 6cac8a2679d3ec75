import { computeDvh } from '../../evaluation/dvh.ts';
import { sampleDose } from '../../evaluation/doseSamples.ts';
import { type Grid, voxelCount } from '../../geometry/volume.ts';
import type { Roi } from '../../model/structures.ts';
import { normaliseRings, areaOf } from '../../structures/contours/rings.ts';
import { stackContours } from '../../structures/contours/stack.ts';

/** Doses of beams on one grid, judged in one ROI. */
export interface DoseInRoi {
  /** Mean over the ROI, Gy per whatever the dose is per. */
  readonly mean: (dose: Float32Array) => number;
  /** Of the sum of doses, each times its scale. */
  readonly ofSum: (
    doses: readonly Float32Array[],
    scales: readonly number[],
  ) => {
    readonly mean: number;
    /** The dose that `percent` of the ROI receive at least. */
    readonly doseAtVolume: (percent: number) => number;
    readonly warnings: readonly string[];
  };
}

/** Judges by whole DVHs. */
export function doseByDvh({ name, contours }: Roi, grid: Grid): DoseInRoi {
  const dvhOf = (data: Float32Array) => computeDvh(contours, { ...grid, data }, { name });
  return {
    mean: (dose) => dvhOf(dose).mean,
    ofSum: (doses, scales) => {
      const sum = new Float32Array(voxelCount(grid));
      doses.forEach((dose, n) => {
        const scale = scales[n];
        for (let v = 0; v < sum.length; v++) sum[v] += scale * dose[v];
      });
      return dvhOf(sum);
    },
  };
}

/** Bins of the histogram that doses at volumes are read from. */
const BINS = 4000;

/**
 * Judges by about `samples` points that are found once and lie where the DVH's lie: a dose costs a look-up at each, a dose seen before
 * nothing. Within 0.2 % of `doseByDvh` in a target of clinical size (tested).
 */
export function doseBySamples(roi: Roi, grid: Grid, samples: number): DoseInRoi {
  const { points, weights, warnings } = samplePoints(roi, grid, samples);
  const [nx, ny] = grid.dims;
  const known = new WeakMap<Float32Array, { readonly values: Float32Array; readonly mean: number }>();
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const meanOf = (values: Float32Array): number => {
    let sum = 0;
    for (let n = 0; n < values.length; n++) sum += weights[n] * values[n];
    return sum / total;
  };
  const at = (dose: Float32Array) => {
    const kept = known.get(dose);
    if (kept !== undefined) return kept;
    const values = new Float32Array(weights.length);
    for (let n = 0; n < values.length; n++) {
      const [x, y, z] = [points[3 * n], points[3 * n + 1], points[3 * n + 2]];
      if (x < 0) continue;
      const [i, j, k] = [below(x, nx), below(y, ny), below(z, grid.dims[2])];
      const [fx, fy, fz] = [x - i, y - j, z - k];
      const [dx, dy, dz] = [nx > 1 ? 1 : 0, ny > 1 ? nx : 0, grid.dims[2] > 1 ? nx * ny : 0];
      const q = i + nx * (j + ny * k);
      const c00 = dose[q] + fx * (dose[q + dx] - dose[q]);
      const c10 = dose[q + dy] + fx * (dose[q + dy + dx] - dose[q + dy]);
      const c01 = dose[q + dz] + fx * (dose[q + dz + dx] - dose[q + dz]);
      const c11 = dose[q + dz + dy] + fx * (dose[q + dz + dy + dx] - dose[q + dz + dy]);
      const c0 = c00 + fy * (c10 - c00);
      values[n] = c0 + fz * (c01 + fy * (c11 - c01) - c0);
    }
    const made = { values, mean: meanOf(values) };
    known.set(dose, made);
    return made;
  };
  return {
    mean: (dose) => at(dose).mean,
    ofSum: (doses, scales) => {
      const sum = new Float32Array(weights.length);
      doses.forEach((dose, n) => {
        const { values } = at(dose);
        const scale = scales[n];
        for (let v = 0; v < sum.length; v++) sum[v] += scale * values[v];
      });
      return { mean: meanOf(sum), doseAtVolume: (percent) => doseAtVolume(sum, weights, percent), warnings };
    },
  };
}

const below = (place: number, count: number): number => Math.max(0, Math.min(count - 2, Math.floor(place)));

/** Where the DVH's samples of an ROI lie in the grid (voxel indices, three a sample; −1 outside) and what they count, mm³. */
function samplePoints({ name, contours }: Roi, grid: Grid, samples: number) {
  const stack = stackContours(contours, { name, singlePlaneThickness: Math.min(...grid.spacing) });
  const slabs = stack.planes.map((plane) => ({ ...plane, rings: normaliseRings(plane.rings) }));
  const volume = slabs.reduce((sum, { rings, low, high }) => sum + areaOf(rings) * (high - low), 0);
  const step = Math.max(0.05, Math.min(Math.cbrt(volume / samples), ...grid.spacing));
  // A field that grows by 1 a voxel is read back exactly: what samples doses says itself where its samples lie. 1 for the first voxel:
  // 0 is what it reads outside.
  const [nx, ny] = grid.dims;
  const strides = [1, nx, nx * ny];
  const [x, y, z] = strides.map((stride, axis) => {
    const data = Float32Array.from(
      { length: voxelCount(grid) },
      (_, v) => 1 + (Math.floor(v / stride) % grid.dims[axis]),
    );
    return sampleDose(stack, slabs, { ...grid, data }, step);
  });
  const points = new Float32Array(3 * x.count);
  for (let n = 0; n < x.count; n++) {
    points[3 * n] = x.dose[n] - 1;
    points[3 * n + 1] = y.dose[n] - 1;
    points[3 * n + 2] = z.dose[n] - 1;
  }
  const warnings = [...stack.warnings];
  if (x.outside > 1e-6 * x.total)
    warnings.push(
      `${name}: ${((100 * x.outside) / x.total).toFixed(1)} % of the volume lies outside the dose grid and counts as 0 Gy`,
    );
  return { points, weights: x.weight.slice(0, x.count), warnings };
}

function doseAtVolume(values: Float32Array, weights: Float32Array, percent: number): number {
  let [min, max, total] = [Infinity, -Infinity, 0];
  for (let n = 0; n < values.length; n++) {
    if (values[n] < min) min = values[n];
    if (values[n] > max) max = values[n];
    total += weights[n];
  }
  if (!(max > min)) return values.length === 0 ? 0 : max;
  const histogram = new Float64Array(BINS);
  const perGray = BINS / (max - min);
  for (let n = 0; n < values.length; n++)
    histogram[Math.min(BINS - 1, Math.floor((values[n] - min) * perGray))] += weights[n];
  const wanted = (percent / 100) * total;
  let above = 0;
  for (let bin = BINS - 1; bin >= 0; bin--) {
    const here = histogram[bin];
    if (here > 0 && above + here >= wanted) return min + (bin + 1 - (wanted - above) / here) / perGray;
    above += here;
  }
  return min;
}
