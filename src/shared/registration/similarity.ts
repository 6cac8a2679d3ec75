import { invertRigid, type Mat4 } from '../geometry/affine.ts';
import type { Vec3 } from '../geometry/vec.ts';
import type { PreparedImage } from './prepare.ts';
import { extentOf, samplePoints } from './samplePoints.ts';

/** Bins of the values 0..1, and the two at each end that a cubic window reaches into. */
const BINS = 32;
const SIDE = BINS + 4;
/** Below this part of the sample points in both images no number is given: any few voxels are alike somewhere. */
const LEAST_OVERLAP = 0.4;

/**
 * Samples count in full from this many voxels inside the other image's edge, less towards it: else the number jumps with every
 * sample that passes the edge, and a climb ends at a jump.
 */
const EDGE = 2;

/** How alike two images are under a transform. */
export interface Likeness {
  /** Normalized mutual information, 1 (independent) to 2 (one determines the other); 1 where they hardly overlap. */
  readonly nmi: number;
  /** Pearson correlation of the values, −1..1. */
  readonly correlation: number;
  /** Part of the sample points that lie in both images, 0..1. */
  readonly overlap: number;
}

/**
 * Compares two prepared images at sample points of the smaller of them (by extent), which keep their places: the same transform
 * always gives the same number, and a small change of it a small change.
 * Normalized mutual information (H(A)+H(B))/H(A,B) after Studholme, Hill & Hawkes 1999, of a joint histogram with a cubic B-spline
 * window along the interpolated image and none along the other, as Mattes et al. 2003 have it; so it has a gradient.
 */
export class Similarity {
  readonly #other: PreparedImage;
  /** Whether the points lie in the moving image. */
  readonly #fromMoving: boolean;
  readonly #points: Float64Array;
  readonly #values: Float32Array;
  readonly #joint = new Float64Array(BINS * SIDE);
  /** Of each sample in both images: its index; its bin coordinate in the other image, times its weight, and both's gradients per mm. */
  readonly #inside: Int32Array;
  readonly #bins: Float64Array;
  readonly #weights: Float64Array;
  readonly #slopes: Float64Array;
  readonly #weightSlopes: Float64Array;

  constructor(fixed: PreparedImage, moving: PreparedImage, count: number) {
    this.#fromMoving = extentOf(moving) < extentOf(fixed);
    this.#other = this.#fromMoving ? fixed : moving;
    const { points, values } = samplePoints(this.#fromMoving ? moving : fixed, count);
    this.#points = points;
    this.#values = values;
    this.#inside = new Int32Array(count);
    this.#bins = new Float64Array(count);
    this.#weights = new Float64Array(count);
    this.#slopes = new Float64Array(3 * count);
    this.#weightSlopes = new Float64Array(3 * count);
  }

  /** Compares under `matrix`, moving LPS mm to fixed LPS mm. */
  compare(matrix: Mat4): Likeness {
    const { weight, correlation } = this.#sample(matrix, false);
    const overlap = this.#values.length === 0 ? 0 : weight / this.#values.length;
    if (overlap < LEAST_OVERLAP) return { nmi: 1, correlation: 0, overlap };
    return { nmi: this.#entropies(weight).nmi, correlation, overlap };
  }

  /**
   * The normalized mutual information, the overlap, and the former's gradient over a small motion that follows `matrix`: turns (rad) about LPS x, y, z through
   * `centre` (fixed LPS mm), then shifts (mm).
   */
  slope(matrix: Mat4, centre: Vec3): { readonly nmi: number; readonly overlap: number; readonly gradient: number[] } {
    const { n, weight } = this.#sample(matrix, true);
    const overlap = this.#values.length === 0 ? 0 : weight / this.#values.length;
    if (overlap < LEAST_OVERLAP) return { nmi: 1, overlap, gradient: [0, 0, 0, 0, 0, 0] };
    const { nmi, rows, columns, jointly } = this.#entropies(weight);
    // dNMI/dJ(a,b)·W: what one more sample in a cell adds.
    const joint = this.#joint;
    const table = new Float64Array(BINS * SIDE);
    for (let a = 0, cell = 0; a < BINS; a++)
      for (let b = 0; b < SIDE; b++, cell++)
        if (joint[cell] > 0)
          table[cell] =
            (nmi * Math.log(joint[cell] / weight) - Math.log(columns[b] / weight) - Math.log(rows[a] / weight)) /
            jointly;
    const gradient = [0, 0, 0, 0, 0, 0];
    for (let s = 0; s < n; s++) {
      const sample = this.#inside[s];
      const at = this.#bins[s];
      const first = Math.floor(at);
      const f = at - first;
      const cell = SIDE * binOf(this.#values[sample]) + first + 1;
      // Derivatives of the cubic B-spline's four weights.
      const down = 1 - f;
      const along =
        -0.5 * down * down * table[cell] +
        (1.5 * f * f - 2 * f) * table[cell + 1] +
        (0.5 + f - 1.5 * f * f) * table[cell + 2] +
        0.5 * f * f * table[cell + 3];
      const f2 = f * f;
      const f3 = f2 * f;
      const more =
        ((down * down * down) / 6) * table[cell] +
        (2 / 3 - f2 + f3 / 2) * table[cell + 1] +
        (1 / 6 + (f + f2 - f3) / 2) * table[cell + 2] +
        (f3 / 6) * table[cell + 3];
      const inBin = along * this.#weights[s];
      const gx = inBin * this.#slopes[3 * s] + more * this.#weightSlopes[3 * s];
      const gy = inBin * this.#slopes[3 * s + 1] + more * this.#weightSlopes[3 * s + 1];
      const gz = inBin * this.#slopes[3 * s + 2] + more * this.#weightSlopes[3 * s + 2];
      const p = 3 * sample;
      const [px, py, pz] = [this.#points[p], this.#points[p + 1], this.#points[p + 2]];
      // Where the sample is in the fixed image, from the centre.
      const x = (this.#fromMoving ? matrix[0] * px + matrix[1] * py + matrix[2] * pz + matrix[3] : px) - centre[0];
      const y = (this.#fromMoving ? matrix[4] * px + matrix[5] * py + matrix[6] * pz + matrix[7] : py) - centre[1];
      const z = (this.#fromMoving ? matrix[8] * px + matrix[9] * py + matrix[10] * pz + matrix[11] : pz) - centre[2];
      gradient[0] += y * gz - z * gy;
      gradient[1] += z * gx - x * gz;
      gradient[2] += x * gy - y * gx;
      gradient[3] += gx;
      gradient[4] += gy;
      gradient[5] += gz;
    }
    // A motion of the moving image shifts the fixed image's points in it the other way.
    const sign = (this.#fromMoving ? 1 : -1) / weight;
    return { nmi, overlap, gradient: gradient.map((value) => sign * value) };
  }

  /** Fills the joint histogram; with `slopes` also what the gradient needs, along the fixed image's axes. */
  #sample(matrix: Mat4, slopes: boolean): { n: number; weight: number; correlation: number } {
    const toOther = this.#fromMoving ? matrix : invertRigid(matrix);
    const other = this.#other;
    const m = indexMatrix(other, toOther);
    // Gradient along voxel axes → the fixed image's LPS.
    const g = slopeMatrix(other, this.#fromMoving ? undefined : matrix);
    const joint = this.#joint.fill(0);
    const { data } = other;
    const [nx, ny, nz] = other.dims;
    const [sx, sy, sz] = [nx > 1 ? 1 : 0, ny > 1 ? nx : 0, nz > 1 ? nx * ny : 0];
    const [lx, ly, lz] = [Math.max(0, nx - 2), Math.max(0, ny - 2), Math.max(0, nz - 2)];
    const points = this.#points;
    const values = this.#values;
    let [n, weight, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0, 0];
    for (let s = 0, p = 0; s < values.length; s++, p += 3) {
      const px = points[p];
      const py = points[p + 1];
      const pz = points[p + 2];
      const x = m[0] * px + m[1] * py + m[2] * pz + m[3];
      if (!(x >= -0.5 && x <= nx - 0.5)) continue;
      const y = m[4] * px + m[5] * py + m[6] * pz + m[7];
      if (!(y >= -0.5 && y <= ny - 0.5)) continue;
      const z = m[8] * px + m[9] * py + m[10] * pz + m[11];
      if (!(z >= -0.5 && z <= nz - 0.5)) continue;
      const i = x < 0 ? 0 : x > lx ? lx : Math.floor(x);
      const j = y < 0 ? 0 : y > ly ? ly : Math.floor(y);
      const k = z < 0 ? 0 : z > lz ? lz : Math.floor(z);
      const fx = x - i < 0 ? 0 : x - i > 1 ? 1 : x - i;
      const fy = y - j < 0 ? 0 : y - j > 1 ? 1 : y - j;
      const fz = z - k < 0 ? 0 : z - k > 1 ? 1 : z - k;
      const q = i + nx * (j + ny * k);
      const d00 = data[q + sx] - data[q];
      const d10 = data[q + sy + sx] - data[q + sy];
      const d01 = data[q + sz + sx] - data[q + sz];
      const d11 = data[q + sz + sy + sx] - data[q + sz + sy];
      const c00 = data[q] + fx * d00;
      const c10 = data[q + sy] + fx * d10;
      const c01 = data[q + sz] + fx * d01;
      const c11 = data[q + sz + sy] + fx * d11;
      const c0 = c00 + fy * (c10 - c00);
      const c1 = c01 + fy * (c11 - c01);
      const b = c0 + fz * (c1 - c0);
      const a = values[s];
      const [ex, ey, ez] = [edge(x, nx), edge(y, ny), edge(z, nz)];
      const share = ex * ey * ez;
      weight += share;
      sa += share * a;
      sb += share * b;
      saa += share * a * a;
      sbb += share * b * b;
      sab += share * a * b;
      const at = b * (BINS - 1);
      const first = Math.floor(at);
      const f = at - first;
      const cell = SIDE * binOf(a) + first + 1;
      const f2 = f * f;
      const f3 = f2 * f;
      const down = 1 - f;
      joint[cell] += (share * (down * down * down)) / 6;
      joint[cell + 1] += share * (2 / 3 - f2 + f3 / 2);
      joint[cell + 2] += share * (1 / 6 + (f + f2 - f3) / 2);
      joint[cell + 3] += (share * f3) / 6;
      if (slopes) {
        const d0 = d00 + fy * (d10 - d00);
        const u = (d0 + fz * (d01 + fy * (d11 - d01) - d0)) * (BINS - 1);
        const v = (c10 - c00 + fz * (c11 - c01 - c10 + c00)) * (BINS - 1);
        const w = (c1 - c0) * (BINS - 1);
        this.#inside[n] = s;
        this.#bins[n] = at;
        this.#slopes[3 * n] = g[0] * u + g[1] * v + g[2] * w;
        this.#slopes[3 * n + 1] = g[3] * u + g[4] * v + g[5] * w;
        this.#slopes[3 * n + 2] = g[6] * u + g[7] * v + g[8] * w;
        this.#weights[n] = share;
        const wu = share === 1 ? 0 : ey * ez * edgeSlope(x, nx);
        const wv = share === 1 ? 0 : ex * ez * edgeSlope(y, ny);
        const ww = share === 1 ? 0 : ex * ey * edgeSlope(z, nz);
        this.#weightSlopes[3 * n] = g[0] * wu + g[1] * wv + g[2] * ww;
        this.#weightSlopes[3 * n + 1] = g[3] * wu + g[4] * wv + g[5] * ww;
        this.#weightSlopes[3 * n + 2] = g[6] * wu + g[7] * wv + g[8] * ww;
      }
      n++;
    }
    const spread = Math.sqrt((weight * saa - sa * sa) * (weight * sbb - sb * sb));
    return { n, weight, correlation: spread > 0 ? (weight * sab - sa * sb) / spread : 0 };
  }

  #entropies(n: number): { nmi: number; rows: Float64Array; columns: Float64Array; jointly: number } {
    const joint = this.#joint;
    const rows = new Float64Array(BINS);
    const columns = new Float64Array(SIDE);
    let both = 0;
    for (let a = 0, cell = 0; a < BINS; a++)
      for (let b = 0; b < SIDE; b++, cell++) {
        const count = joint[cell];
        if (count === 0) continue;
        rows[a] += count;
        columns[b] += count;
        both += count * Math.log(count);
      }
    // H = log n − (1/n)·Σ c·log c.
    const entropy = (counts: Float64Array): number =>
      Math.log(n) - counts.reduce((sum, count) => sum + (count > 0 ? count * Math.log(count) : 0), 0) / n;
    const jointly = Math.log(n) - both / n;
    const nmi = jointly <= 1e-12 ? 1 : (entropy(rows) + entropy(columns)) / jointly;
    return { nmi, rows, columns, jointly: Math.max(jointly, 1e-12) };
  }
}

/** How much a sample counts at a voxel coordinate: 0 at the image's edge, half a voxel outside the outermost centres. */
function edge(at: number, count: number): number {
  const inside = (at + 0.5 < count - 0.5 - at ? at + 0.5 : count - 0.5 - at) / EDGE;
  return inside < 1 ? inside : 1;
}

function edgeSlope(at: number, count: number): number {
  if (at + 0.5 < EDGE && at + 0.5 <= count - 0.5 - at) return 1 / EDGE;
  return count - 0.5 - at < EDGE ? -1 / EDGE : 0;
}

const binOf = (value: number): number => Math.min(BINS - 1, Math.floor(value * BINS));

/** `toImage` followed by LPS → voxel index, the first three rows. */
function indexMatrix({ origin: o, direction: d, spacing }: PreparedImage, toImage: Mat4): Float64Array {
  const rows = new Float64Array(12);
  for (let axis = 0; axis < 3; axis++) {
    const [x, y, z] = [d[3 * axis] / spacing[axis], d[3 * axis + 1] / spacing[axis], d[3 * axis + 2] / spacing[axis]];
    for (let column = 0; column < 4; column++)
      rows[4 * axis + column] = x * toImage[column] + y * toImage[4 + column] + z * toImage[8 + column];
    rows[4 * axis + 3] -= x * o[0] + y * o[1] + z * o[2];
  }
  return rows;
}

/** Differences along voxel axes → gradient per mm along LPS, turned by `turn` where given; row-major 3 × 3. */
function slopeMatrix({ direction: d, spacing }: PreparedImage, turn: Mat4 | undefined): Float64Array {
  const out = new Float64Array(9);
  for (let axis = 0; axis < 3; axis++) {
    const v = [0, 1, 2].map((n) => d[3 * axis + n] / spacing[axis]);
    for (let row = 0; row < 3; row++)
      out[3 * row + axis] =
        turn === undefined ? v[row] : turn[4 * row] * v[0] + turn[4 * row + 1] * v[1] + turn[4 * row + 2] * v[2];
  }
  return out;
}
