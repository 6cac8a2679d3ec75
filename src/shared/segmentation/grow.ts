import { IsocenterError } from '../contract/errors.ts';
import type { Vec3 } from '../geometry/vec.ts';
import { patientToIndex, type Volume } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import { rasterizeRoi } from '../structures/contours/mask.ts';
import {
  type Box,
  boxGrid,
  boxOfContours,
  clipBox,
  cutBox,
  type Field,
  restrict,
  type ScalarImage,
  wholeBox,
} from './field.ts';
import { flood, type Flooded } from './flood.ts';

/** Values in the image's unit, both ends belonging. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** Where a region may lie: inside a structure, or anywhere in the image when absent. */
interface Limits {
  readonly within?: readonly Contour[];
}

/** How far values lie inside a range, in its unit: positive inside, negative outside. */
const depthIn = ({ low, high }: ValueRange, value: number): number => Math.min(value - low, high - value);

/**
 * All voxels with values in a range, within a structure.
 * @throws IsocenterError USAGE for an empty range; NOT_FOUND when the structure lies outside the image.
 */
export function thresholdField(image: ScalarImage, range: ValueRange, { within }: Limits = {}): Field {
  assertRange(range);
  const field = cutBox(image, limitBox(image, within));
  for (let p = 0; p < field.data.length; p++) field.data[p] = depthIn(range, field.data[p]);
  if (within !== undefined) restrict(field, within);
  return field;
}

/**
 * What is connected (6 neighbours, in three dimensions) to a clicked point through values in a range, within a structure
 * (connected threshold).
 * @throws IsocenterError NOT_FOUND when the point lies outside the image, the structure or the range; USAGE for an empty range.
 */
export function growConnected(image: ScalarImage, seed: Vec3, range: ValueRange, limits: Limits = {}): Field {
  assertRange(range);
  const area = searchArea(image, seed, limits);
  return regionField(image, area, floodRange(image, area, range), range, limits);
}

export interface ConfidenceOptions extends Limits {
  /** Half width of the accepted range in standard deviations; default 2.5. */
  readonly multiplier?: number;
  /** How often the range is learnt anew from what was reached; default 4. */
  readonly iterations?: number;
  /** Half width of the cube first learnt from, mm; default 3. */
  readonly radius?: number;
}

/**
 * Region growing that learns its range: mean ± multiplier·standard deviation round the click, then of what it reached (confidence
 * connected; Yoo et al., Insight into Images (2004) 5.1.4). Stops early when the range stands still.
 * @returns the region and the range it ended with
 * @throws as growConnected
 */
export function growConfident(
  image: ScalarImage,
  seed: Vec3,
  { within, multiplier = 2.5, iterations = 4, radius = 3 }: ConfidenceOptions = {},
): { field: Field; range: ValueRange } {
  const area = searchArea(image, seed, { within });
  const cut: [number, number, number] = [0, 1, 2].map((axis) =>
    Math.max(1, Math.round(radius / image.spacing[axis])),
  ) as [number, number, number];
  const first = clipBox(
    {
      low: [area.index[0] - cut[0], area.index[1] - cut[1], area.index[2] - cut[2]],
      high: [area.index[0] + cut[0], area.index[1] + cut[1], area.index[2] + cut[2]],
    },
    image,
  );
  const at = valueAt(image, area.index);
  let range = spread(cutBox(image, first).data, multiplier, at);
  let found = floodRange(image, area, range);
  for (let n = 0; n < iterations; n++) {
    const next = spread(valuesReached(image, area, found), multiplier, at);
    const still = Math.abs(next.low - range.low) + Math.abs(next.high - range.high) < 1e-3 * (range.high - range.low);
    range = next;
    found = floodRange(image, area, range);
    if (still) break;
  }
  return { field: regionField(image, area, found, range, { within }), range };
}

interface SearchArea {
  readonly box: Box;
  readonly dims: Vec3;
  /** The clicked voxel in the image. */
  readonly index: Vec3;
  /** Share of each voxel of the box inside the structure. */
  readonly cover?: Float32Array;
}

function searchArea(image: ScalarImage, seed: Vec3, { within }: Limits): SearchArea {
  const index = patientToIndex(image, seed).map(Math.round) as [number, number, number];
  if (index.some((value, axis) => value < 0 || value >= image.dims[axis]))
    throw new IsocenterError('NOT_FOUND', 'the point lies outside the image');
  const box = limitBox(image, within);
  const grid = boxGrid(image, box);
  return { box, dims: grid.dims, index, cover: within && rasterizeRoi(within, grid) };
}

function limitBox(image: ScalarImage, within: readonly Contour[] | undefined): Box {
  if (within === undefined) return wholeBox(image);
  const box = boxOfContours(within, image);
  if (box === undefined) throw new IsocenterError('NOT_FOUND', 'the structure to stay within lies outside the image');
  return box;
}

function assertRange({ low, high }: ValueRange): void {
  if (!(low <= high)) throw new IsocenterError('USAGE', `the range from ${low} to ${high} holds no value`);
}

const valueAt = (image: ScalarImage, [i, j, k]: Vec3): number =>
  image.data[i + image.dims[0] * (j + image.dims[1] * k)] * image.slope + image.intercept;

/** Index in the image of a voxel of the box. */
function imageIndex(image: ScalarImage, { box, dims }: SearchArea, p: number): number {
  const i = p % dims[0];
  const j = Math.floor(p / dims[0]) % dims[1];
  const k = Math.floor(p / (dims[0] * dims[1]));
  return i + box.low[0] + image.dims[0] * (j + box.low[1] + image.dims[1] * (k + box.low[2]));
}

function floodRange(image: ScalarImage, area: SearchArea, range: ValueRange): Flooded {
  const { box, dims, index, cover } = area;
  const at = index.map((value, axis) => value - box.low[axis]);
  const outside = at.some((value, axis) => value < 0 || value >= dims[axis]);
  const seed = at[0] + dims[0] * (at[1] + dims[1] * at[2]);
  if (outside || (cover !== undefined && cover[seed] < 0.5))
    throw new IsocenterError('NOT_FOUND', 'the point lies outside the structure to stay within');
  const found = flood(dims, [seed], (p) => {
    if (cover !== undefined && cover[p] < 0.5) return false;
    const value = image.data[imageIndex(image, area, p)] * image.slope + image.intercept;
    return value >= range.low && value <= range.high;
  });
  if (found === undefined)
    throw new IsocenterError('NOT_FOUND', `the value at the point, ${valueAt(image, index)}, lies outside the range`);
  return found;
}

/** The reached voxels' values. */
function valuesReached(image: ScalarImage, area: SearchArea, { reached, count }: Flooded): Float32Array {
  const values = new Float32Array(count);
  for (let p = 0, n = 0; p < reached.length; p++)
    if (reached[p]) values[n++] = image.data[imageIndex(image, area, p)] * image.slope + image.intercept;
  return values;
}

/** Mean ± multiplier·standard deviation, widened to hold the clicked value. */
function spread(values: Float32Array, multiplier: number, at: number): ValueRange {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  const half = multiplier * Math.sqrt(squares / values.length);
  return { low: Math.min(at, mean - half), high: Math.max(at, mean + half) };
}

/** The flooded region as a field on its own bounds: values in the range that were not reached are outside. */
function regionField(
  image: ScalarImage,
  { box, dims }: SearchArea,
  { reached, bounds }: Flooded,
  range: ValueRange,
  { within }: Limits,
): Field {
  const own = clipBox(bounds, { dims } as Volume, 1);
  const field = cutBox(image, {
    low: [own.low[0] + box.low[0], own.low[1] + box.low[1], own.low[2] + box.low[2]],
    high: [own.high[0] + box.low[0], own.high[1] + box.low[1], own.high[2] + box.low[2]],
  });
  const [nx, ny, nz] = field.dims;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const depth = depthIn(range, field.data[p]);
        const q = i + own.low[0] + dims[0] * (j + own.low[1] + dims[1] * (k + own.low[2]));
        field.data[p] = reached[q] || depth < 0 ? depth : -depth;
      }
  if (within !== undefined) restrict(field, within);
  return field;
}
