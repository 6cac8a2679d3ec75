import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../contract/errors.ts';
import { gaussian } from './blur.ts';
import { conductances, diffused, edgeScale, strideOf } from './diffusion.ts';
import type { Field } from './field.ts';

/** What a voxel is known to be. */
export const SEED = { none: 0, object: 1, background: 2, /** Walkers do not go there. */ beyond: 3 } as const;

export interface WalkerOptions {
  /** A step between neighbours that is an edge, in the image's unit; default from the noise of the box. */
  readonly edge?: number;
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignalLike;
}

/** Weight of what a voxel's value alone tells, against a link of 1 to each neighbour. */
const PRIOR = 0.01;
/** Links never quite break: a walker leaves a region without seeds in the end. */
const LEAST_LINK = 1e-5;
/** Residual, relative to the first, at which the probabilities stand still. */
const TOLERANCE = 2e-4;
const MOST_ROUNDS = 600;
/** Below this many voxels a box is solved as it is; above, from the solution at half the resolution. */
const SMALL = 4000;

/**
 * Random walker segmentation (Grady, IEEE Trans. Pattern Anal. Mach. Intell. 28 (2006) 1768): for each voxel the probability that
 * a walker from there, who avoids steps of the image, meets an object seed before a background seed; 0.5 is the border. The
 * combinatorial Dirichlet problem is solved by conjugate gradients, started from the solution at half the resolution. The values
 * under the seeds of both kinds give each voxel a weak prior (Grady, Proc. IEEE CVPR (2005) 763): strokes may be short.
 * @param image values on a box; they are not changed
 * @param seeds a SEED per voxel
 * @returns probability − 0.5 on the same box
 * @throws IsocenterError USAGE without seeds of both kinds; CANCELLED
 */
export function randomWalker(image: Field, seeds: Uint8Array, options: WalkerOptions = {}): Field {
  for (const [seed, words] of [[SEED.object, 'the object'], [SEED.background, 'the background']] as const) // biome-ignore format: a table
    if (!seeds.includes(seed)) throw new IsocenterError('USAGE', `mark some of ${words} first`);
  // Noise makes walls everywhere: the walkers see the image without it.
  const smooth = { ...image, data: diffused(image) };
  const edge = options.edge ?? edgeScale(smooth);
  const probability = solve(smooth, seeds, { edge, prior: priorOf(smooth, seeds, edge) }, options);
  for (let p = 0; p < probability.length; p++) probability[p] -= 0.5;
  return { ...image, data: probability };
}

interface Terrain {
  readonly edge: number;
  /** Probability of the object by the value alone. */
  readonly prior: (value: number) => number;
}

/** Bins of the histograms of what lies under the seeds. */
const BINS = 128;

/** Share of the object among the seeds' values near a value, both kinds counted alike; 0.5 where there are none. */
function priorOf({ data }: Field, seeds: Uint8Array, edge: number): (value: number) => number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = (BINS - 1) / Math.max(1e-6, high - low);
  const densities = [SEED.object, SEED.background].map((kind) => {
    const bins = new Float32Array(BINS);
    let count = 0;
    for (let p = 0; p < data.length; p++)
      if (seeds[p] === kind) {
        bins[Math.round((data[p] - low) * scale)]++;
        count++;
      }
    gaussian(bins, [BINS, 1, 1], [Math.max(1, edge * scale), 0, 0]);
    return bins.map((value) => value / count);
  });
  const share = densities[0].map((object, n) => (object + 1e-4) / (object + densities[1][n] + 2e-4));
  return (value) => share[Math.max(0, Math.min(BINS - 1, Math.round((value - low) * scale)))];
}

function solve(image: Field, seeds: Uint8Array, terrain: Terrain, options: WalkerOptions): Float32Array {
  const x = firstGuess(image, seeds, terrain, options);
  for (let p = 0; p < x.length; p++) if (seeds[p] !== SEED.none) x[p] = seeds[p] === SEED.object ? 1 : 0;
  conjugateGradients(linksOf(image, seeds, terrain.edge), image, seeds, x, terrain.prior, options);
  return x;
}

/** The solution at half the resolution, each voxel taking its block's. */
function firstGuess(image: Field, seeds: Uint8Array, terrain: Terrain, { signal }: WalkerOptions): Float32Array {
  const guess = new Float32Array(image.data.length).fill(0.5);
  if (image.data.length < SMALL) return guess;
  const half = halved(image, seeds);
  if (half.image.data.length === image.data.length) return guess;
  // Noise is less in means of blocks; the edge scale is not, so that edges stay edges.
  const coarse = solve(half.image, half.seeds, terrain, { signal });
  const [nx, ny, nz] = image.dims;
  const [mx, my] = half.image.dims;
  const [fx, fy, fz] = half.factor;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++)
        guess[p] = coarse[Math.floor(i / fx) + mx * (Math.floor(j / fy) + my * Math.floor(k / fz))];
  return guess;
}

/** Means of blocks of 2 voxels along each axis that has 8 or more; a block with a seed is one. */
function halved(image: Field, seeds: Uint8Array): { image: Field; seeds: Uint8Array; factor: readonly number[] } {
  const { dims, spacing, data } = image;
  const factor = dims.map((count) => (count >= 8 ? 2 : 1));
  const small = dims.map((count, axis) => Math.ceil(count / factor[axis])) as unknown as Field['dims'];
  const sums = new Float32Array(small[0] * small[1] * small[2]);
  const counts = new Uint8Array(sums.length);
  const marks = new Uint8Array(sums.length);
  const beyond = new Uint8Array(sums.length);
  const [nx, ny, nz] = dims;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const q =
          Math.floor(i / factor[0]) + small[0] * (Math.floor(j / factor[1]) + small[1] * Math.floor(k / factor[2]));
        sums[q] += data[p];
        counts[q]++;
        if (seeds[p] === SEED.beyond) beyond[q]++;
        else if (seeds[p] === SEED.object || marks[q] === SEED.none) marks[q] = seeds[p];
      }
  for (let q = 0; q < sums.length; q++) {
    if (beyond[q] === counts[q]) marks[q] = SEED.beyond;
    sums[q] /= counts[q];
  }
  const coarse: Field = {
    ...image,
    dims: small,
    spacing: [spacing[0] * factor[0], spacing[1] * factor[1], spacing[2] * factor[2]],
    data: sums,
  };
  return { image: coarse, seeds: marks, factor };
}

/** Links between voxels; none to where walkers do not go. */
function linksOf(image: Field, seeds: Uint8Array, edge: number): Float32Array[] {
  const links = conductances(image, edge, LEAST_LINK);
  links.forEach((link, axis) => {
    const stride = strideOf(image, axis);
    for (let p = 0; p + stride < link.length; p++)
      if (seeds[p] === SEED.beyond || seeds[p + stride] === SEED.beyond) link[p] = 0;
  });
  return links;
}

/** Solves the walkers' equation for what is no seed, in place, with the diagonal as preconditioner. */
function conjugateGradients(
  links: readonly Float32Array[],
  image: Field,
  seeds: Uint8Array,
  x: Float32Array,
  prior: (value: number) => number,
  { onProgress, signal }: WalkerOptions,
): void {
  const n = x.length;
  const diagonal = new Float32Array(n).fill(PRIOR);
  const strides = [0, 1, 2].map((axis) => strideOf(image, axis));
  links.forEach((link, axis) => {
    for (let p = 0; p + strides[axis] < n; p++) {
      diagonal[p] += link[p];
      diagonal[p + strides[axis]] += link[p];
    }
  });
  const product = (v: Float32Array, out: Float32Array): void => {
    for (let p = 0; p < n; p++) out[p] = diagonal[p] * v[p];
    links.forEach((link, axis) => {
      const stride = strides[axis];
      for (let p = 0; p + stride < n; p++) {
        const w = link[p];
        out[p] -= w * v[p + stride];
        out[p + stride] -= w * v[p];
      }
    });
    for (let p = 0; p < n; p++) if (seeds[p] !== 0) out[p] = 0;
  };
  const [residual, direction, applied] = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
  product(x, applied);
  let rho = 0;
  for (let p = 0; p < n; p++) {
    if (seeds[p] !== 0) continue;
    residual[p] = PRIOR * prior(image.data[p]) - applied[p];
    direction[p] = residual[p] / diagonal[p];
    rho += residual[p] * direction[p];
  }
  const first = rho;
  for (let round = 0; round < MOST_ROUNDS && rho > TOLERANCE * TOLERANCE * first && rho > 1e-12; round++) {
    throwIfCancelled(signal);
    onProgress?.(Math.min(0.99, Math.max(round / MOST_ROUNDS, Math.log(first / rho) / (-2 * Math.log(TOLERANCE)))));
    product(direction, applied);
    let along = 0;
    for (let p = 0; p < n; p++) along += direction[p] * applied[p];
    if (!(along > 0)) return;
    const step = rho / along;
    let next = 0;
    for (let p = 0; p < n; p++) {
      if (seeds[p] !== 0) continue;
      x[p] += step * direction[p];
      residual[p] -= step * applied[p];
      next += (residual[p] * residual[p]) / diagonal[p];
    }
    const turn = next / rho;
    for (let p = 0; p < n; p++) if (seeds[p] === 0) direction[p] = residual[p] / diagonal[p] + turn * direction[p];
    rho = next;
  }
}
