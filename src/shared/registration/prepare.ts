import { axisOf, type Grid, patientToIndex, type Volume, voxelCount } from '../geometry/volume.ts';
import type { Vec3 } from '../geometry/vec.ts';
import type { ImageVolume } from '../model/image.ts';
import { smoothed } from './smooth.ts';

/** Standard deviation of the smoothing, in blocks: so much that interpolation between them leaves no pattern of its own. */
const BLUR = 0.7;

/** A box along the axes of LPS, mm. */
export interface Box {
  readonly min: Vec3;
  readonly max: Vec3;
}

/** An image for registration: values 0..1, blocks of voxels averaged. */
export type PreparedImage = Volume<Float32Array>;

/** How an image's values become 0..1: everything below `low` is 0; above, `high` is 1, or with a knee v/(v + knee) counts. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
  /** PET: the value in the middle of the scale, so that the few hot voxels do not leave the rest of the body one grey. */
  readonly knee?: number;
}

/** HU between which soft tissues tell themselves apart; lung and air are one end, bone the other. */
const CT_RANGE: ValueRange = { low: -200, high: 300 };
/** What the body holds on average, by the definition of SUV (g/ml). */
const MEAN_SUV = 1;
/** v/(v + knee) at 9 knees. */
const HOT = 0.9;

/**
 * The range of values that matter for registration. CT: HU as they are. PET: about the body's mean. Others: from the smallest value
 * to the 99.5th percentile of what is above a tenth of the largest, so that neither an empty field of view nor a few bright voxels
 * decide.
 */
export function valueRange(image: ImageVolume): ValueRange {
  if (image.unit === 'HU') return CT_RANGE;
  if (image.unit === 'SUV') return { low: 0, high: HOT, knee: MEAN_SUV };
  const { data, slope, intercept } = image;
  const step = Math.max(1, Math.floor(data.length / 200_000));
  const values: number[] = [];
  for (let p = 0; p < data.length; p += step) values.push(data[p] * slope + intercept);
  values.sort((a, b) => a - b);
  const low = Math.max(0, values[0]);
  const inside = (share: number): number[] => {
    const first = values.findIndex((value) => value > low + share * (values[values.length - 1] - low));
    return first < 0 ? [] : values.slice(first);
  };
  if (image.modality === 'PT') {
    // Other units than SUV: what is above a fiftieth of the hottest is the body, about.
    const body = inside(0.02);
    const mean = body.reduce((sum, value) => sum + value, 0) / Math.max(1, body.length);
    return { low: 0, high: HOT, knee: mean > 0 ? mean : 1 };
  }
  const bright = inside(0.1);
  const high = bright.length === 0 ? low : bright[Math.floor(0.995 * (bright.length - 1))];
  return { low, high: high > low ? high : low + 1 };
}

/**
 * The image in blocks of about `spacing` mm, each the mean of its voxels' mapped values, a little smoothed: no voxel is interpolated,
 * so an image and its copy in another frame of reference give the same numbers. `crop` leaves out the rest.
 */
export function prepareImage(image: ImageVolume, range: ValueRange, spacing: number, crop?: IndexBox): PreparedImage {
  const { from, to } = crop ?? wholeOf(image);
  const factor = image.spacing.map((mm, axis) =>
    Math.max(1, Math.min(to[axis] - from[axis], Math.round(spacing / mm))),
  );
  const dims = factor.map((blocks, axis) => Math.floor((to[axis] - from[axis]) / blocks));
  const [nx, ny, nz] = dims;
  const [fx, fy, fz] = factor;
  const grid: Grid = {
    dims: [nx, ny, nz],
    spacing: [image.spacing[0] * fx, image.spacing[1] * fy, image.spacing[2] * fz],
    origin: image.origin,
    direction: image.direction,
  };
  const data = new Float32Array(voxelCount(grid));
  const valueOf = mapping(image, range);
  const [width, height] = image.dims;
  for (let k = 0; k < nz * fz; k++)
    for (let j = 0; j < ny * fy; j++) {
      let q = from[0] + width * (from[1] + j + height * (from[2] + k));
      const row = nx * (Math.floor(j / fy) + ny * Math.floor(k / fz));
      for (let i = 0; i < nx; i++) {
        let sum = 0;
        for (let n = 0; n < fx; n++, q++) sum += valueOf(image.data[q]);
        data[row + i] += sum;
      }
    }
  const share = 1 / (fx * fy * fz);
  for (let p = 0; p < data.length; p++) data[p] *= share;
  // Centre of the first block.
  const first: Vec3 = [from[0] + (fx - 1) / 2, from[1] + (fy - 1) / 2, from[2] + (fz - 1) / 2];
  return { ...grid, origin: pointAt(image, first), data: smoothed(data, [nx, ny, nz], BLUR) };
}

/** Stored value → 0..1. */
function mapping({ slope, intercept }: ImageVolume, { low, high, knee }: ValueRange): (stored: number) => number {
  const clamped = (value: number): number => (value > 0 ? (value < 1 ? value : 1) : 0);
  if (knee !== undefined)
    return (stored) => {
      const value = stored * slope + intercept - low;
      return value > 0 ? clamped(value / (value + knee) / high) : 0;
    };
  const scale = slope / (high - low);
  const offset = (intercept - low) / (high - low);
  return (stored) => clamped(stored * scale + offset);
}

function pointAt(grid: Grid, index: Vec3): Vec3 {
  const [a, b, c] = [axisOf(grid, 0), axisOf(grid, 1), axisOf(grid, 2)];
  const [u, v, w] = [index[0] * grid.spacing[0], index[1] * grid.spacing[1], index[2] * grid.spacing[2]];
  const at = (n: 0 | 1 | 2): number => grid.origin[n] + u * a[n] + v * b[n] + w * c[n];
  return [at(0), at(1), at(2)];
}

/** Voxel indices of a part of a grid: `from` included, `to` not. */
export interface IndexBox {
  readonly from: Vec3;
  readonly to: Vec3;
}

const wholeOf = (grid: Grid): IndexBox => ({ from: [0, 0, 0], to: grid.dims });

/** The voxels of `grid` that a set of LPS points spans, cut to the grid; undefined when they miss it or span less than two voxels. */
export function indexBoxOf(grid: Grid, points: readonly Vec3[]): IndexBox | undefined {
  const indices = points.map((point) => patientToIndex(grid, point));
  const low = (axis: 0 | 1 | 2): number => Math.max(0, Math.floor(Math.min(...indices.map((index) => index[axis]))));
  const high = (axis: 0 | 1 | 2): number =>
    Math.min(grid.dims[axis], Math.ceil(Math.max(...indices.map((index) => index[axis]))) + 1);
  const [from, to]: [Vec3, Vec3] = [
    [low(0), low(1), low(2)],
    [high(0), high(1), high(2)],
  ];
  return to.some((end, axis) => end - from[axis] < Math.min(2, grid.dims[axis])) ? undefined : { from, to };
}

/** The part of a prepared image in an index box; all of it without one. */
export function cropped(image: PreparedImage, box: IndexBox | undefined): PreparedImage {
  if (box === undefined) return image;
  const { from, to } = box;
  const [nx, ny, nz]: Vec3 = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const data = new Float32Array(nx * ny * nz);
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const row = from[0] + image.dims[0] * (from[1] + j + image.dims[1] * (from[2] + k));
      data.set(image.data.subarray(row, row + nx), nx * (j + ny * k));
    }
  return { ...image, dims: [nx, ny, nz], origin: pointAt(image, from), data };
}

/** The eight corners of a box. */
export const cornersOf = ({ min, max }: Box): Vec3[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].map(
    (corner): Vec3 => [corner & 1 ? max[0] : min[0], corner & 2 ? max[1] : min[1], corner & 4 ? max[2] : min[2]],
  );

/** The outermost voxel centres of a grid's corners, LPS mm. */
export const gridCorners = (grid: Grid): Vec3[] =>
  cornersOf({ min: [0, 0, 0], max: [grid.dims[0] - 1, grid.dims[1] - 1, grid.dims[2] - 1] }).map((index) =>
    pointAt(grid, index),
  );

/** The mean of points. */
export function middleOf(points: readonly Vec3[]): Vec3 {
  const mean = (axis: 0 | 1 | 2): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1), mean(2)];
}
