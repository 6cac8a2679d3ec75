import type { BeamQuality } from '../machine/beamQuality.ts';
import { coneEdgesDegrees, hardenedKernel, RATE_COUNT } from './depositionKernel.ts';
import { type ConeRing, ringsFor } from './directions.ts';

/**
 * Depths (g/cm² of water) at which the hardened kernel is tabulated; between them it is interpolated, beyond them held. Below 0 lies what
 * off-axis softening takes away from the spectrum of the axis.
 */
export const DEPTH_NODES = [-20, -10, 0, 5, 10, 20, 30, 45] as const;

/** Angle nodes of a table: sin(θ/2) in equal steps, which needs no inverse cosine and resolves the forward peak. */
export const ANGLE_STEPS = 256;

/**
 * What one cone of a ring receives of the energy released in a voxel whose photon runs at angle θ to the cone:
 * coefficient of rate i at [(depthNode·(ANGLE_STEPS + 1) + sin(θ/2)·ANGLE_STEPS)·RATE_COUNT + i].
 */
export interface ConeTable {
  readonly ring: ConeRing;
  readonly coefficients: Float32Array;
}

/** Position of a depth in DEPTH_NODES as a fractional index, clamped to the table. */
export function depthIndex(depth: number): number {
  const last = DEPTH_NODES.length - 1;
  if (depth >= DEPTH_NODES[last]) return last;
  let node = 0;
  while (node < last - 1 && DEPTH_NODES[node + 1] <= depth) node++;
  return Math.max(0, node + (depth - DEPTH_NODES[node]) / (DEPTH_NODES[node + 1] - DEPTH_NODES[node]));
}

/**
 * Tables of all rings of a direction set. A ring's cone, seen at another angle than its own, is given the kernel's mean over a
 * window of the ring's width moved to that angle, so that without tilt the cones together hold the kernel's whole energy exactly.
 */
export function coneTables(quality: BeamQuality, directions: number): ConeTable[] {
  const kernels = DEPTH_NODES.map((depth) => hardenedKernel(quality, depth));
  const cumulative = kernels.map(cumulativeByAngle);
  return ringsFor(directions, kernels[DEPTH_NODES.indexOf(10)]).map((ring) => {
    const coefficients = new Float32Array(DEPTH_NODES.length * (ANGLE_STEPS + 1) * RATE_COUNT);
    const solidAngle = (2 * Math.PI * (Math.cos(ring.from) - Math.cos(ring.to))) / ring.count;
    let at = 0;
    for (const table of cumulative)
      for (let step = 0; step <= ANGLE_STEPS; step++) {
        const shift = 2 * Math.asin(step / ANGLE_STEPS) - ring.polar;
        const density = windowMean(table, ring.from + shift, ring.to + shift);
        for (let i = 0; i < RATE_COUNT; i++) coefficients[at++] = density[i] * solidAngle;
      }
    return { ring, coefficients };
  });
}

/** Energy within polar angle edge c at [c·RATE_COUNT + i]. */
function cumulativeByAngle(kernel: Float64Array): Float64Array {
  const out = new Float64Array(kernel.length + RATE_COUNT);
  for (let n = 0; n < kernel.length; n++) out[n + RATE_COUNT] = out[n] + kernel[n];
  return out;
}

/** Mean energy per steradian in the polar window [from, to], which folds back at the poles. */
function windowMean(cumulative: Float64Array, from: number, to: number): number[] {
  const energy = new Array<number>(RATE_COUNT).fill(0);
  let solidAngle = 0;
  const addWindow = (low: number, high: number): void => {
    if (high <= low) return;
    solidAngle += 2 * Math.PI * (Math.cos(low) - Math.cos(high));
    for (let i = 0; i < RATE_COUNT; i++) energy[i] += within(cumulative, high, i) - within(cumulative, low, i);
  };
  addWindow(Math.max(0, from), Math.min(Math.PI, to));
  addWindow(0, -from);
  addWindow(2 * Math.PI - to, Math.PI);
  return energy.map((value) => value / solidAngle);
}

/** Energy within a polar angle, the kernel being uniform in solid angle inside each tabulated cone. */
function within(cumulative: Float64Array, angle: number, rate: number): number {
  const cones = coneEdgesDegrees.length - 1;
  const width = (coneEdgesDegrees[1] * Math.PI) / 180;
  const cone = Math.min(cones - 1, Math.max(0, Math.floor(angle / width)));
  const [low, high] = [Math.cos(cone * width), Math.cos((cone + 1) * width)];
  const t = Math.min(1, Math.max(0, (low - Math.cos(angle)) / (low - high)));
  const at = cone * RATE_COUNT + rate;
  return cumulative[at] + t * (cumulative[at + RATE_COUNT] - cumulative[at]);
}
