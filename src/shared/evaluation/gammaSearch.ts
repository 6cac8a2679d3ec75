import { axisOf, type Volume } from '../geometry/volume.ts';
import { dot, type Vec3 } from '../geometry/vec.ts';

/** Largest error of a gamma value. */
export const GAMMA_TOLERANCE = 2e-3;

/** Smallest edge of a part that is still halved, in units of the distance criterion. */
const FINEST = 1e-4;
/** x0 x1 y0 y1 z0 z1 and eight corner values, x fastest. */
const PART = 14;

export interface GammaSearchOptions {
  /** Distance criterion, mm. */
  readonly dta: number;
  /** Larger values are not searched for: the result is then this. */
  readonly cut: number;
  /** Search only across this direction (a unit vector along an axis of the grid): two-dimensional gamma. */
  readonly normal?: Vec3;
}

/** The gamma at an LPS point (mm) of dose `gray` with the dose criterion `dd` (Gy, above 0); NaN outside the grid. */
type GammaSearch = (point: Vec3, gray: number, dd: number) => number;

/**
 * The shortest distance from a reference point to the evaluated dose, as a surface over space, in units of the two criteria (Low et
 * al., Med. Phys. 25 (1998) 656; as geometry: Ju et al., Med. Phys. 35 (2008) 879). The surface is the trilinear one of
 * `trilinearSampler`, with half a voxel of constant dose round it, and the distance is exact to GAMMA_TOLERANCE: cells come nearest
 * first, and a cell is halved until nothing in it can be nearer. What a part can hold is bounded by its box and its corners, and
 * by a hyperplane: along the unit vector to the best point so far, distance is at least a function trilinear in the part, so least
 * in a corner.
 */
export function gammaSearch(evaluated: Volume<Float32Array>, { dta, cut, normal }: GammaSearchOptions): GammaSearch {
  const { data, dims, spacing, origin } = evaluated;
  const [nx, ny] = dims;
  const axes = ([0, 1, 2] as const).map((axis) => axisOf(evaluated, axis));
  const pitch = spacing.map((step) => step / dta);
  const fixed = normal ? axes.findIndex((axis) => Math.abs(dot(axis, normal)) > 1 - 1e-4) : -1;
  const cells = cellOffsets(pitch, cut, fixed);
  const parts = new Float64Array(PART * 256);
  const at = new Float64Array(3);
  const own = new Int32Array(3);
  const nearest: Nearest = { gamma: cut, x: 0, y: 0, z: 0, dose: 0 };

  /** Lays cell `own + offset` into parts[0…], as seen from the point; false where the grid has no such cell. */
  const lay = (offset: Int32Array, gray: number, dd: number): boolean => {
    const low = [0, 0, 0];
    const high = [0, 0, 0];
    for (let axis = 0; axis < 3; axis++) {
      // Cell 0 and the last one are the half voxels before the first and behind the last centre.
      const cell = own[axis] + offset[axis];
      const count = dims[axis];
      if (cell < 0 || cell > count) return false;
      low[axis] = Math.max(0, cell - 1);
      high[axis] = Math.min(count - 1, cell);
      parts[2 * axis] = (cell === 0 ? -0.5 : cell - 1) * pitch[axis] - at[axis];
      parts[2 * axis + 1] = (cell === count ? count - 0.5 : cell) * pitch[axis] - at[axis];
    }
    for (let corner = 0; corner < 8; corner++) {
      const i = corner & 1 ? high[0] : low[0];
      const j = corner & 2 ? high[1] : low[1];
      const k = corner & 4 ? high[2] : low[2];
      parts[6 + corner] = (data[i + nx * (j + ny * k)] - gray) / dd;
    }
    if (fixed >= 0) flatten(parts, fixed);
    return true;
  };

  return (point, gray, dd) => {
    const from: Vec3 = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
    for (let axis = 0; axis < 3; axis++) {
      const index = dot(from, axes[axis]) / spacing[axis];
      if (!(index >= -0.5 - 1e-6 && index <= dims[axis] - 0.5 + 1e-6)) return Number.NaN;
      at[axis] = index * pitch[axis];
      own[axis] = Math.min(dims[axis], Math.max(0, Math.floor(index) + 1));
    }
    nearest.gamma = cut;
    for (const { offset, distance } of cells) {
      if (distance >= nearest.gamma) break;
      if (lay(offset, gray, dd)) searchCell(parts, nearest);
    }
    return nearest.gamma;
  };
}

/** The nearest point of the surface so far, as seen from the reference point in units of the criteria. */
interface Nearest {
  gamma: number;
  x: number;
  y: number;
  z: number;
  dose: number;
}

/** Scratch of searchCell. */
const LOCAL: Nearest = { gamma: 0, x: 0, y: 0, z: 0, dose: 0 };

/** Offsets of cells from the one that holds the point, with the least distance at which they can lie, nearest first. */
function cellOffsets(
  pitch: readonly number[],
  cut: number,
  fixed: number,
): { readonly offset: Int32Array; readonly distance: number }[] {
  const reach = pitch.map((step, axis) => (axis === fixed ? 0 : Math.ceil(cut / step) + 1));
  const gap = (n: number, axis: number): number => Math.max(0, Math.abs(n) - 1) * pitch[axis];
  const out: { offset: Int32Array; distance: number; order: number }[] = [];
  for (let a = -reach[0]; a <= reach[0]; a++)
    for (let b = -reach[1]; b <= reach[1]; b++)
      for (let c = -reach[2]; c <= reach[2]; c++) {
        // The half cells at the rim of the grid are counted whole: they lie nearer than that by at most half a pitch.
        const distance = Math.hypot(
          Math.max(0, gap(a, 0) - pitch[0] / 2),
          Math.max(0, gap(b, 1) - pitch[1] / 2),
          Math.max(0, gap(c, 2) - pitch[2] / 2),
        );
        const order = Math.hypot(a * pitch[0], b * pitch[1], c * pitch[2]);
        if (distance < cut) out.push({ offset: Int32Array.of(a, b, c), distance, order });
      }
  return out.sort((p, q) => p.distance - q.distance || p.order - q.order);
}

/** Narrows the first part to the point's own plane across `axis`. */
function flatten(parts: Float64Array, axis: number): void {
  const [low, high] = [parts[2 * axis], parts[2 * axis + 1]];
  const share = high > low ? Math.min(1, Math.max(0, -low / (high - low))) : 0;
  parts[2 * axis] = 0;
  parts[2 * axis + 1] = 0;
  const bit = 1 << axis;
  for (let corner = 0; corner < 8; corner++)
    if ((corner & bit) === 0) {
      const value = parts[6 + corner] + share * (parts[6 + corner + bit] - parts[6 + corner]);
      parts[6 + corner] = value;
      parts[6 + corner + bit] = value;
    }
}

/** Looks for a nearer point in the cell that is parts[0…]. */
function searchCell(parts: Float64Array, nearest: Nearest): void {
  let count = 1;
  while (count > 0) {
    const p = --count * PART;
    if (!boxReaches(parts, p, nearest.gamma - GAMMA_TOLERANCE)) continue;
    descend(parts, p, LOCAL);
    if (LOCAL.gamma < nearest.gamma) copyPoint(LOCAL, nearest);
    if (!planeReaches(parts, p, LOCAL, nearest.gamma - GAMMA_TOLERANCE)) continue;
    let axis = 0;
    for (let other = 1; other < 3; other++)
      if (parts[p + 2 * other + 1] - parts[p + 2 * other] > parts[p + 2 * axis + 1] - parts[p + 2 * axis]) axis = other;
    if (parts[p + 2 * axis + 1] - parts[p + 2 * axis] < FINEST) continue;
    halve(parts, p, axis);
    count += 2;
  }
}

/** Leaves the two halves of the part at p there and behind it, the one nearer to the point last. */
function halve(parts: Float64Array, p: number, axis: number): void {
  const q = p + PART;
  parts.copyWithin(q, p, q);
  const middle = (parts[p + 2 * axis] + parts[p + 2 * axis + 1]) / 2;
  // The upper half is the farther one, and is left at p, where the middle lies above the point.
  const [upper, lower] = middle > 0 ? [p, q] : [q, p];
  parts[upper + 2 * axis] = middle;
  parts[lower + 2 * axis + 1] = middle;
  const bit = 1 << axis;
  for (let corner = 0; corner < 8; corner++)
    if ((corner & bit) === 0) {
      const value = (parts[p + 6 + corner] + parts[p + 6 + corner + bit]) / 2;
      parts[upper + 6 + corner] = value;
      parts[lower + 6 + corner + bit] = value;
    }
}

/** Whether box and corner values of the part at p let it hold a point nearer than `wanted`. */
function boxReaches(parts: Float64Array, p: number, wanted: number): boolean {
  if (wanted <= 0) return false;
  let least = Infinity;
  let most = -Infinity;
  for (let corner = p + 6; corner < p + PART; corner++) {
    const value = parts[corner];
    if (!(value >= least)) least = value;
    if (!(value <= most)) most = value;
  }
  const dose = fromZero(least, most);
  const x = fromZero(parts[p], parts[p + 1]);
  const y = fromZero(parts[p + 2], parts[p + 3]);
  const z = fromZero(parts[p + 4], parts[p + 5]);
  return x * x + y * y + z * z + dose * dose < wanted * wanted;
}

/** Whether the part at p may hold a point nearer than `wanted`, by the hyperplane through `point` across the way to it. */
function planeReaches(parts: Float64Array, p: number, point: Nearest, wanted: number): boolean {
  if (wanted <= 0) return false;
  const limit = wanted * point.gamma;
  for (let corner = 0; corner < 8; corner++) {
    const along =
      point.x * parts[p + (corner & 1)] +
      point.y * parts[p + 2 + ((corner >> 1) & 1)] +
      point.z * parts[p + 4 + (corner >> 2)] +
      point.dose * parts[p + 6 + corner];
    if (along < limit) return true;
  }
  return false;
}

function copyPoint(from: Nearest, to: Nearest): void {
  to.gamma = from.gamma;
  to.x = from.x;
  to.y = from.y;
  to.z = from.z;
  to.dose = from.dose;
}

const fromZero = (low: number, high: number): number => (low > 0 ? low : high < 0 ? high : 0);

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);

/** The nearest point that Gauss–Newton steps find inside the part at p, from its point nearest in space. */
function descend(parts: Float64Array, p: number, found: Nearest): void {
  const [x0, x1, y0, y1, z0, z1] = [parts[p], parts[p + 1], parts[p + 2], parts[p + 3], parts[p + 4], parts[p + 5]];
  found.gamma = Infinity;
  const [wx, wy, wz] = [x1 - x0, y1 - y0, z1 - z0];
  const v = parts;
  const c = p + 6;
  let [x, y, z] = [clamp(0, x0, x1), clamp(0, y0, y1), clamp(0, z0, z1)];
  for (let step = 0; step < 4; step++) {
    const [fx, fy, fz] = [wx > 0 ? (x - x0) / wx : 0, wy > 0 ? (y - y0) / wy : 0, wz > 0 ? (z - z0) / wz : 0];
    const v00 = v[c] + fx * (v[c + 1] - v[c]);
    const v10 = v[c + 2] + fx * (v[c + 3] - v[c + 2]);
    const v01 = v[c + 4] + fx * (v[c + 5] - v[c + 4]);
    const v11 = v[c + 6] + fx * (v[c + 7] - v[c + 6]);
    const [v0, v1] = [v00 + fy * (v10 - v00), v01 + fy * (v11 - v01)];
    const dose = v0 + fz * (v1 - v0);
    const gamma = Math.sqrt(x * x + y * y + z * z + dose * dose);
    if (!(gamma < found.gamma - 1e-3)) return;
    found.gamma = gamma;
    found.x = x;
    found.y = y;
    found.z = z;
    found.dose = dose;
    const gx0 = v[c + 1] - v[c] + fy * (v[c + 3] - v[c + 2] - v[c + 1] + v[c]);
    const gx1 = v[c + 5] - v[c + 4] + fy * (v[c + 7] - v[c + 6] - v[c + 5] + v[c + 4]);
    const gx = wx > 0 ? (gx0 + fz * (gx1 - gx0)) / wx : 0;
    const gy = wy > 0 ? (v10 - v00 + fz * (v11 - v01 - v10 + v00)) / wy : 0;
    const gz = wz > 0 ? (v1 - v0) / wz : 0;
    // Nearest point of the tangent plane in the box: each coordinate is −g·d held in its range, with d the plane's value there.
    const over = dose - gx * x - gy * y - gz * z;
    let d = over / (1 + gx * gx + gy * gy + gz * gz);
    for (let turn = 0; turn < 4; turn++) {
      [x, y, z] = [clamp(-gx * d, x0, x1), clamp(-gy * d, y0, y1), clamp(-gz * d, z0, z1)];
      const held = (x === -gx * d ? 0 : gx * x) + (y === -gy * d ? 0 : gy * y) + (z === -gz * d ? 0 : gz * z);
      const free = (x === -gx * d ? gx * gx : 0) + (y === -gy * d ? gy * gy : 0) + (z === -gz * d ? gz * gz : 0);
      const next = (over + held) / (1 + free);
      if (next === d) break;
      d = next;
    }
  }
}
