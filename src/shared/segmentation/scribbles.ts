import { IsocenterError } from '../contract/errors.ts';
import type { Vec3 } from '../geometry/vec.ts';
import { type Grid, patientToIndex } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import { rasterizeRoi } from '../structures/contours/mask.ts';
import { type Box, clipBox, cutBox, type Field, restrict, type ScalarImage } from './field.ts';
import { flood } from './flood.ts';
import { randomWalker, SEED, type WalkerOptions } from './randomWalker.ts';

/** A line drawn over what is known to be the object or the background. */
export interface Scribble {
  readonly label: 'object' | 'background';
  /** LPS mm. */
  readonly points: readonly Vec3[];
  /** Half width of the line, mm. */
  readonly radius: number;
}

export interface ScribbleOptions extends WalkerOptions {
  /** How far beyond the scribbles is looked, mm; default 20. What lies on the border of that box is background. */
  readonly margin?: number;
  /** Nothing outside of it is looked at. */
  readonly within?: readonly Contour[];
  /** Default 1.5 million. */
  readonly mostVoxels?: number;
}

/** Larger boxes are halved along i and j until they hold no more: some seconds of work. */
const MOST_VOXELS = 1_500_000;

/** The voxels that scribbles and their margin reach. @throws IsocenterError USAGE without scribbles in the image. */
function scribbleBox(image: Grid, scribbles: readonly Scribble[], margin = 20): Box {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { points } of scribbles)
    for (const point of points)
      patientToIndex(image, point).forEach((value, axis) => {
        low[axis] = Math.min(low[axis], Math.floor(value - margin / image.spacing[axis]));
        high[axis] = Math.max(high[axis], Math.ceil(value + margin / image.spacing[axis]));
      });
  if (low.some((value, axis) => !(value < image.dims[axis]) || !(high[axis] >= 0)))
    throw new IsocenterError('USAGE', 'draw over some of the object and of the background first');
  return clipBox({ low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] }, image);
}

/**
 * The object that scribbles mark, by random walker in the box round them.
 * @returns the region, and the factor by which i and j were coarsened to keep the box small (1: not at all)
 * @throws IsocenterError as randomWalker
 */
export function segmentScribbles(
  image: ScalarImage,
  scribbles: readonly Scribble[],
  options: ScribbleOptions = {},
): { field: Field; coarsened: number } {
  if (!scribbles.some(({ label }) => label === 'object'))
    throw new IsocenterError('USAGE', 'mark some of the object first');
  let box = cutBox(image, scribbleBox(image, scribbles, options.margin));
  let coarsened = 1;
  while (box.data.length > (options.mostVoxels ?? MOST_VOXELS)) {
    box = halvedInPlane(box);
    coarsened *= 2;
  }
  const seeds = new Uint8Array(box.data.length);
  markBorder(seeds, box);
  for (const scribble of scribbles) markScribble(seeds, box, scribble);
  if (options.within !== undefined)
    rasterizeRoi(options.within, box).forEach((share, p) => {
      if (share < 0.01) seeds[p] = SEED.beyond;
    });
  const field = randomWalker(box, seeds, options);
  if (options.within !== undefined) restrict(field, options.within);
  keepMarked(field, seeds);
  return { field, coarsened };
}

/** Parts that no object stroke lies in are outside: likeness alone makes no object. */
function keepMarked({ data, dims }: Field, seeds: Uint8Array): void {
  const marked: number[] = [];
  for (let p = 0; p < seeds.length; p++) if (seeds[p] === SEED.object) marked.push(p);
  const reached = flood(dims, marked, (p) => data[p] >= 0)?.reached;
  for (let p = 0; p < data.length; p++) if (data[p] >= 0 && !reached?.[p]) data[p] = -data[p] - 1e-6;
}

/** Pairs of voxels along i and j as one. */
function halvedInPlane(box: Field): Field {
  const [nx, ny, nz] = box.dims;
  const dims: Vec3 = [nx >> 1, ny >> 1, nz];
  const data = new Float32Array(dims[0] * dims[1] * nz);
  for (let k = 0, q = 0; k < nz; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, q++) {
        const p = 2 * i + nx * (2 * j + ny * k);
        data[q] = (box.data[p] + box.data[p + 1] + box.data[p + nx] + box.data[p + nx + 1]) / 4;
      }
  const { spacing: s, direction: d, origin: o } = box;
  const origin = [0, 1, 2].map((c) => o[c] + (s[0] * d[c] + s[1] * d[3 + c]) / 2) as unknown as Vec3;
  return { ...box, dims, spacing: [2 * s[0], 2 * s[1], s[2]], origin, data };
}

/** The border of the box is background; a side with a single layer has none. */
function markBorder(seeds: Uint8Array, { dims }: Grid): void {
  const [nx, ny, nz] = dims;
  const ends = (at: number, count: number): boolean => count > 2 && (at === 0 || at === count - 1);
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) if (ends(i, nx) || ends(j, ny) || ends(k, nz)) seeds[p] = SEED.background;
}

/** Seeds within the line's half width of it, and at least the voxels it passes through. */
function markScribble(seeds: Uint8Array, grid: Grid, { label, points, radius }: Scribble): void {
  const [nx, ny, nz] = grid.dims;
  const step = Math.min(...grid.spacing) / 2;
  const reach = grid.spacing.map((spacing) => radius / spacing);
  const mark = (index: Vec3): void => {
    const from = index.map((value, axis) => Math.max(0, Math.min(Math.round(value), Math.ceil(value - reach[axis]))));
    const to = index.map((value, axis) =>
      Math.min(grid.dims[axis] - 1, Math.max(Math.round(value), Math.floor(value + reach[axis]))),
    );
    for (let k = from[2]; k <= to[2]; k++)
      for (let j = from[1]; j <= to[1]; j++)
        for (let i = from[0]; i <= to[0]; i++) {
          const distance = Math.hypot(...[i, j, k].map((at, axis) => (at - index[axis]) * grid.spacing[axis]));
          const own = [i, j, k].every((at, axis) => at === Math.round(index[axis]));
          if (own || distance <= radius) seeds[i + nx * (j + ny * k)] = SEED[label];
        }
  };
  points.forEach((point, n) => {
    const next = points[Math.min(n + 1, points.length - 1)];
    const parts = Math.max(1, Math.ceil(Math.hypot(...point.map((value, axis) => next[axis] - value)) / step));
    for (let s = 0; s < parts; s++) {
      const at = point.map((value, axis) => value + ((next[axis] - value) * s) / parts) as unknown as Vec3;
      const index = patientToIndex(grid, at);
      const inside = index.every((value, axis) => value > -0.5 && value < [nx, ny, nz][axis] - 0.5);
      if (inside) mark(index);
    }
  });
}
