import type { Grid } from '../../geometry/volume.ts';

/** Points spread over a surface: a value at each and the area each stands for. */
export interface SurfaceSamples {
  readonly values: Float64Array;
  /** mm², in sum the surface's area. */
  readonly weights: Float64Array;
}

/**
 * The values of `scalar` where lattice edges cross the zero level of `field`. Edges along the three axes cross a patch of normal n
 * in proportion to |n₁|/(h₂h₃) + |n₂|/(h₁h₃) + |n₃|/(h₁h₂) per area (Cauchy–Crofton), so that each crossing stands for the reciprocal.
 * @param field negative inside, on `grid`, smooth near the surface (a signed distance)
 * @param scalar on `grid`, interpolated linearly along the edge
 */
export function sampleSurface(field: Float32Array, scalar: Float32Array, grid: Grid): SurfaceSamples {
  const { dims, spacing } = grid;
  const strides = [1, dims[0], dims[0] * dims[1]];
  const values: number[] = [];
  const weights: number[] = [];
  const slope = (p: number, index: readonly number[], axis: number): number => {
    const up = index[axis] + 1 < dims[axis] ? strides[axis] : 0;
    const down = index[axis] > 0 ? strides[axis] : 0;
    return (field[p + up] - field[p - down]) / (((up + down) / strides[axis]) * spacing[axis]);
  };
  const cell = spacing[0] * spacing[1] * spacing[2];
  const index = [0, 0, 0];
  for (index[2] = 0; index[2] < dims[2]; index[2]++)
    for (index[1] = 0; index[1] < dims[1]; index[1]++)
      for (index[0] = 0; index[0] < dims[0]; index[0]++) {
        const p = index[0] + strides[1] * index[1] + strides[2] * index[2];
        for (let axis = 0; axis < 3; axis++) {
          if (index[axis] + 1 >= dims[axis]) continue;
          const q = p + strides[axis];
          if (field[p] < 0 === field[q] < 0) continue;
          const f = field[p] / (field[p] - field[q]);
          const gradient = [0, 1, 2].map((a) =>
            slope(f < 0.5 ? p : q, f < 0.5 ? index : index.map((i, b) => (b === axis ? i + 1 : i)), a),
          );
          const steepness = Math.hypot(...gradient);
          const crossings = gradient.reduce((sum, g, a) => sum + Math.abs(g) * spacing[a], 0);
          values.push((1 - f) * scalar[p] + f * scalar[q]);
          weights.push(crossings === 0 ? 0 : (cell * steepness) / crossings);
        }
      }
  return { values: Float64Array.from(values), weights: Float64Array.from(weights) };
}

/** Weighted mean of the absolute values. */
export function meanOf({ values, weights }: SurfaceSamples): number {
  let [sum, area] = [0, 0];
  values.forEach((value, n) => {
    sum += Math.abs(value) * weights[n];
    area += weights[n];
  });
  return sum / area;
}

/** The absolute value that `fraction` 0..1 of the area does not exceed. */
export function quantileOf({ values, weights }: SurfaceSamples, fraction: number): number {
  const order = Array.from(values.keys()).sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let area = 0;
  for (const n of order) {
    area += weights[n];
    if (area >= fraction * total - 1e-9) return Math.abs(values[n]);
  }
  return Number.NaN;
}
