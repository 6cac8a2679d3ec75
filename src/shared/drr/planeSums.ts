import type { CastPlanes } from './castVolume.ts';

/**
 * The projection of all planes across one axis, from a point onto one of them. Lengths are voxel indices (border included), so that
 * the planes are 0, 1, 2 … `reference` is the plane projected onto, any real number.
 */
export interface Projection {
  readonly source: { readonly u: number; readonly v: number; readonly plane: number };
  readonly reference: number;
  /** Pixel (a, b) of the projection lies at lowU + a·stepU, lowV + b·stepV of the reference plane. */
  readonly lowU: number;
  readonly lowV: number;
  readonly stepU: number;
  readonly stepV: number;
  readonly columns: number;
  readonly rows: number;
  /** Planes that count, inclusive; all on one side of the source. */
  readonly first: number;
  readonly last: number;
  /** For each pixel the interval of planes (real numbers) that counts; absent: all. */
  readonly interval?: { readonly from: Float32Array; readonly to: Float32Array };
}

/**
 * For each pixel the sum over planes of what its ray meets there, linearly interpolated in the plane (P. M. Joseph, IEEE Trans. Med.
 * Imaging 1 (1982) 192–196, for all rays of the picture along one axis). Every plane is a scaled and shifted image of itself
 * on the reference plane, for the source sees them all from one point: so rows and columns are interpolated one after the other, with
 * indices worked out once a row (P. Lacroute, M. Levoy, SIGGRAPH 1994, 451–458).
 */
export function planeSums(planes: CastPlanes, projection: Projection): Float32Array {
  const { columns, rows, source, reference, lowU, lowV, stepU, stepV, first, last, interval } = projection;
  const { data, vStride, planeStride, boxes } = planes;
  const sums = new Float32Array(columns * rows);
  const index = new Int32Array(columns);
  const fraction = new Float32Array(columns);
  let [upper, lower] = [new Float32Array(columns), new Float32Array(columns)];
  for (let p = first; p <= last; p++) {
    const [uFrom, uTo, vFrom, vTo] = boxes.subarray(4 * p, 4 * p + 4);
    if (uTo < uFrom) continue;
    const scale = (p - source.plane) / (reference - source.plane);
    const [u0, du] = [source.u + scale * (lowU - source.u), scale * stepU];
    const [v0, dv] = [source.v + scale * (lowV - source.v), scale * stepV];
    const a0 = Math.max(0, Math.ceil((uFrom - 1 - u0) / du));
    const a1 = Math.min(columns - 1, Math.floor((uTo + 1 - u0) / du));
    const b0 = Math.max(0, Math.ceil((vFrom - 1 - v0) / dv));
    const b1 = Math.min(rows - 1, Math.floor((vTo + 1 - v0) / dv));
    if (a1 < a0 || b1 < b0) continue;
    for (let a = a0; a <= a1; a++) {
      const u = u0 + a * du;
      // Rounding may not lead beyond the border of zeros.
      const i = Math.max(uFrom - 1, Math.min(uTo, Math.floor(u)));
      index[a] = i;
      fraction[a] = u - i;
    }
    let held = -2;
    for (let b = b0; b <= b1; b++) {
      const v = v0 + b * dv;
      const j = Math.max(vFrom - 1, Math.min(vTo, Math.floor(v)));
      if (j !== held) {
        if (j === held + 1) [upper, lower] = [lower, upper];
        else stretch(data, p * planeStride + j * vStride, index, fraction, a0, a1, upper);
        stretch(data, p * planeStride + (j + 1) * vStride, index, fraction, a0, a1, lower);
        held = j;
      }
      if (interval === undefined) blend(sums, b * columns, upper, lower, v - j, a0, a1);
      else blendWithin(sums, b * columns, upper, lower, v - j, a0, a1, p, interval.from, interval.to);
    }
  }
  return sums;
}

function stretch(
  data: Float32Array,
  row: number,
  index: Int32Array,
  fraction: Float32Array,
  a0: number,
  a1: number,
  out: Float32Array,
): void {
  for (let a = a0; a <= a1; a++) {
    const q = row + index[a];
    const left = data[q];
    out[a] = left + fraction[a] * (data[q + 1] - left);
  }
}

function blend(
  sums: Float32Array,
  row: number,
  upper: Float32Array,
  lower: Float32Array,
  share: number,
  a0: number,
  a1: number,
): void {
  for (let a = a0; a <= a1; a++) sums[row + a] += upper[a] + share * (lower[a] - upper[a]);
}

/** As blend, a plane standing for half a step before and behind it: of that the part in the pixel's interval counts. */
function blendWithin(
  sums: Float32Array,
  row: number,
  upper: Float32Array,
  lower: Float32Array,
  share: number,
  a0: number,
  a1: number,
  plane: number,
  from: Float32Array,
  to: Float32Array,
): void {
  const [low, high] = [plane - 0.5, plane + 0.5];
  for (let a = a0; a <= a1; a++) {
    const q = row + a;
    const begin = from[q] > low ? from[q] : low;
    const end = to[q] < high ? to[q] : high;
    if (end > begin) sums[q] += (end - begin) * (upper[a] + share * (lower[a] - upper[a]));
  }
}
