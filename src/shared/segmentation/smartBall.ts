import { cross, type Vec3 } from '../geometry/vec.ts';
import { trilinearSampler } from '../geometry/sampler.ts';
import { type Grid, patientToIndex } from '../geometry/volume.ts';
import { binomial } from './blur.ts';
import { clipBox, cutBox, type Field, isEmpty, type ScalarImage } from './field.ts';
import { flood } from './flood.ts';
import type { ValueRange } from './grow.ts';

/** What the smart brush learnt of the tissue under the click. */
export interface Tissue extends ValueRange {
  /** Middle of the tissue's values, in the image's unit. */
  readonly centre: number;
  /** A step of the image steeper than this stops the brush, unit per mm. */
  readonly edge: number;
}

export interface SmartBallOptions {
  /** Unit vectors of a plane through the centre: a disc in that plane instead of a ball. */
  readonly plane?: { readonly u: Vec3; readonly v: Vec3 };
  /** What a stroke learnt at its first point, to go on with; absent to learn here. */
  readonly tissue?: Tissue;
  /** Half width of the accepted range, in the image's unit; learnt from the spread of the values if absent. */
  readonly tolerance?: number;
  /** Least half width of a learnt range, in the image's unit; default 35 (HU). */
  readonly leastTolerance?: number;
}

/** Share of the radius that is learnt from, and its bounds, mm. */
const LEARN = { share: 0.3, least: 1.5, most: 4 };
/** How far beyond the region's border its surroundings are looked at, and how far its blurred rim reaches, voxels. */
const BEYOND = 4;
const RIM = 3;
/** Half width of a learnt range in standard deviations. */
const WIDTH = 3;

/**
 * The part of a ball (of a disc, with `plane`) that is the tissue at its centre: values in a range learnt round the centre,
 * connected to it, not across steep steps; its border lies half way between the tissue and what it borders on. A ball is on the
 * voxels of the image (its outlines on the image's slices), a disc on a lattice of its own in the plane.
 * @param centre LPS mm
 * @param radius mm
 * @returns undefined where the centre lies outside the image
 */
export function smartBall(
  image: ScalarImage,
  centre: Vec3,
  radius: number,
  options: SmartBallOptions = {},
): { field: Field; tissue: Tissue } | undefined {
  const field =
    options.plane === undefined ? ballValues(image, centre, radius) : discValues(image, centre, radius, options.plane);
  if (field === undefined) return undefined;
  const { data, dims } = field;
  // Takes half of the noise and moves no straight edge.
  binomial(data, dims);
  const seedIndex = patientToIndex(field, centre).map(Math.round);
  if (seedIndex.some((value, axis) => value < 0 || value >= dims[axis])) return undefined;
  const seed = seedIndex[0] + dims[0] * (seedIndex[1] + dims[1] * seedIndex[2]);
  const distance = distancesFrom(field, centre);
  const tissue = options.tissue ?? learn(field, distance, seed, radius, options);
  const inRange = (p: number): boolean => distance[p] <= radius && data[p] >= tissue.low && data[p] <= tissue.high;
  const steep = steepness(field);
  // The core keeps off steep places; one voxel more of the same values is its rim, where the step itself lies.
  const core = flood(dims, [seed], (p) => inRange(p) && (p === seed || steep(p) <= tissue.edge));
  const reached = core?.reached ?? new Uint8Array(data.length);
  const border = borderOf(reached, dims);
  const range = halfWay(field, tissue, border, reached, (p) => distance[p] <= radius && steep(p) <= tissue.edge);
  addRim(reached, dims, border, (p) => data[p] >= range.low && data[p] <= range.high);
  const perMm = (range.high - range.low) / 2 / Math.min(...field.spacing);
  for (let p = 0; p < data.length; p++) {
    const depth = Math.min(data[p] - range.low, range.high - data[p]);
    data[p] = Math.min(reached[p] || depth < 0 ? depth : -depth, (radius - distance[p]) * perMm);
  }
  return { field, tissue };
}

function ballValues(image: ScalarImage, centre: Vec3, radius: number): Field | undefined {
  const at = patientToIndex(image, centre);
  const reach = image.spacing.map((spacing) => radius / spacing + 1);
  const box = {
    low: at.map((value, axis) => Math.floor(value - reach[axis])) as unknown as Vec3,
    high: at.map((value, axis) => Math.ceil(value + reach[axis])) as unknown as Vec3,
  };
  const misses = box.low.some((value, axis) => value >= image.dims[axis] || box.high[axis] < 0);
  const clipped = clipBox(box, image);
  return misses || isEmpty(clipped) ? undefined : cutBox(image, clipped);
}

/** The plane's values on a lattice as fine as the image's finest axis, the centre on a node. */
function discValues(
  image: ScalarImage,
  centre: Vec3,
  radius: number,
  { u, v }: { u: Vec3; v: Vec3 },
): Field | undefined {
  const step = Math.max(Math.min(...image.spacing), radius / 60);
  const n = Math.ceil(radius / step) + 1;
  const shift = (axis: number): number => centre[axis] - n * step * (u[axis] + v[axis]);
  const grid: Grid = {
    dims: [2 * n + 1, 2 * n + 1, 1],
    spacing: [step, step, 1],
    origin: [shift(0), shift(1), shift(2)],
    direction: [...u, ...v, ...cross(u, v)],
  };
  const data = new Float32Array(grid.dims[0] * grid.dims[1]);
  const sample = trilinearSampler(image);
  const [ox, oy, oz] = grid.origin;
  for (let j = 0, p = 0; j <= 2 * n; j++)
    for (let i = 0; i <= 2 * n; i++, p++) {
      const [a, b] = [i * step, j * step];
      data[p] = sample(ox + a * u[0] + b * v[0], oy + a * u[1] + b * v[1], oz + a * u[2] + b * v[2]);
    }
  const at = data[n + n * (2 * n + 1)] * image.slope + image.intercept;
  if (Number.isNaN(at)) return undefined;
  // Beyond the image: never in range, and not a number that smoothing would spread.
  for (let p = 0; p < data.length; p++)
    data[p] = Number.isNaN(data[p]) ? -1e5 : data[p] * image.slope + image.intercept;
  return { ...grid, data };
}

function distancesFrom(field: Field, centre: Vec3): Float32Array {
  const [nx, ny, nz] = field.dims;
  const [ci, cj, ck] = patientToIndex(field, centre);
  const [sx, sy, sz] = field.spacing;
  const distance = new Float32Array(field.data.length);
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const across = ((j - cj) * sy) ** 2 + ((k - ck) * sz) ** 2;
      for (let i = 0; i < nx; i++, p++) distance[p] = Math.sqrt(across + ((i - ci) * sx) ** 2);
    }
  return distance;
}

/** Median and spread (from the median absolute deviation) round the centre: an edge nearby does not widen them much. */
function learn(
  { data, spacing }: Field,
  distance: Float32Array,
  seed: number,
  radius: number,
  { tolerance, leastTolerance = 35 }: SmartBallOptions,
): Tissue {
  const reach = Math.max(LEARN.least, Math.min(LEARN.most, LEARN.share * radius), 1.1 * spacing[0]);
  const near: number[] = [];
  for (let p = 0; p < data.length; p++) if (distance[p] <= reach) near.push(data[p]);
  if (near.length === 0) near.push(data[seed]);
  const centre = median(near);
  const deviation = 1.4826 * median(near.map((value) => Math.abs(value - centre)));
  const half = tolerance ?? Math.max(leastTolerance, WIDTH * deviation, Math.abs(data[seed] - centre));
  const finest = Math.min(...spacing);
  return { centre, low: centre - half, high: centre + half, edge: Math.max(0.6 * half, 4 * deviation) / finest };
}

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Gradient magnitude by central differences, unit per mm. */
function steepness({ data, dims, spacing }: Field): (p: number) => number {
  const [nx, ny, nz] = dims;
  const along = (p: number, at: number, count: number, stride: number, step: number): number => {
    const low = at > 0 ? p - stride : p;
    const high = at + 1 < count ? p + stride : p;
    return high === low ? 0 : (data[high] - data[low]) / (((high - low) / stride) * step);
  };
  return (p) => {
    const i = p % nx;
    const j = Math.floor(p / nx) % ny;
    const k = Math.floor(p / (nx * ny));
    const gx = along(p, i, nx, 1, spacing[0]);
    const gy = along(p, j, ny, nx, spacing[1]);
    const gz = along(p, k, nz, nx * ny, spacing[2]);
    return Math.sqrt(gx * gx + gy * gy + gz * gz);
  };
}

/**
 * The range's ends moved out to half way between the tissue and the level places beyond the region's border that are darker
 * (brighter): where the border of two tissues shows in a blurred image.
 */
function halfWay(
  { data, dims }: Field,
  tissue: Tissue,
  border: readonly number[],
  reached: Uint8Array,
  level: (p: number) => boolean,
): ValueRange {
  const strides = [1, dims[0], dims[0] * dims[1]];
  const darker = { sum: 0, count: 0 };
  const brighter = { sum: 0, count: 0 };
  for (const p of border)
    for (const stride of strides)
      for (let side = -BEYOND; side <= BEYOND; side += 2 * BEYOND) {
        const q = p + side * stride;
        if (q < 0 || q >= data.length || reached[q]) continue;
        const tally = data[q] < tissue.low ? darker : data[q] > tissue.high ? brighter : undefined;
        if (tally === undefined || !level(q)) continue;
        tally.sum += Math.max(data[q], -1000);
        tally.count++;
      }
  return {
    low: darker.count === 0 ? tissue.low : Math.min(tissue.low, (tissue.centre + darker.sum / darker.count) / 2),
    high:
      brighter.count === 0 ? tissue.high : Math.max(tissue.high, (tissue.centre + brighter.sum / brighter.count) / 2),
  };
}

/** Calls `visit` with the neighbours (6) of a voxel. */
function eachNeighbour(p: number, [nx, ny, nz]: Vec3, visit: (q: number) => void): void {
  const k = Math.floor(p / (nx * ny));
  const j = Math.floor(p / nx) - k * ny;
  const i = p - nx * (j + ny * k);
  if (i > 0) visit(p - 1);
  if (i + 1 < nx) visit(p + 1);
  if (j > 0) visit(p - nx);
  if (j + 1 < ny) visit(p + nx);
  if (k > 0) visit(p - nx * ny);
  if (k + 1 < nz) visit(p + nx * ny);
}

/** The reached voxels that have a neighbour which is not. */
function borderOf(reached: Uint8Array, dims: Vec3): number[] {
  const border: number[] = [];
  for (let p = 0; p < reached.length; p++) {
    if (!reached[p]) continue;
    let open = false;
    eachNeighbour(p, dims, (q) => {
      if (!reached[q]) open = true;
    });
    if (open) border.push(p);
  }
  return border;
}

/** Adds to the region what its border reaches in RIM steps through voxels that pass `inside`. */
function addRim(reached: Uint8Array, dims: Vec3, border: readonly number[], inside: (p: number) => boolean): void {
  let front = border;
  for (let round = 0; round < RIM; round++) {
    const next: number[] = [];
    for (const p of front)
      eachNeighbour(p, dims, (q) => {
        if (reached[q] || !inside(q)) return;
        reached[q] = 1;
        next.push(q);
      });
    front = next;
  }
}
