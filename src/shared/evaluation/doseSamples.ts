import { trilinearSampler } from '../geometry/sampler.ts';
import type { Volume } from '../geometry/volume.ts';
import { areaCoverage } from '../structures/contours/coverage.ts';
import { boundsOf, type Ring } from '../structures/contours/rings.ts';
import type { ContourStack } from '../structures/contours/stack.ts';

/** Weighted dose values of an ROI: `dose[i]` Gy in `weight[i]` mm³. */
export interface DoseSamples {
  readonly dose: Float32Array;
  readonly weight: Float32Array;
  readonly count: number;
  /** Sum of the weights, and of those outside the dose grid (whose dose is 0), mm³. */
  readonly total: number;
  readonly outside: number;
  /** Σ weight·dose, Gy·mm³. */
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** One contour plane's normalised rings and slab. */
export interface Slab {
  readonly rings: readonly Ring[];
  readonly low: number;
  readonly high: number;
}

/**
 * Fractions of the golden-ratio sequence in three dimensions (Roberts, "The unreasonable effectiveness of quasirandom sequences",
 * 2018): samples sit at varying places in their pixels, so that a dose gradient along the lattice gives no steps in the DVH.
 */
const SHIFT = [0.8191725133961645, 0.6710436067037893, 0.5497004779019703] as const;

/**
 * Samples the dose in an ROI. Each slab is cut into layers and pixels of at most `step` mm; every pixel's sample has the exact
 * area fraction as weight. Minimum and maximum come from pixels wholly inside and from points every `step` mm along the contours
 * on both faces of the slab, so that they are those of the closed surface and never of a point outside it.
 */
export function sampleDose(
  stack: ContourStack,
  slabs: readonly Slab[],
  volume: Volume<Float32Array>,
  step: number,
): DoseSamples {
  const sampler = trilinearSampler(volume);
  const { u: a, v: b, normal: n } = stack;
  const at = (u: number, v: number, w: number): number =>
    sampler(u * a[0] + v * b[0] + w * n[0], u * a[1] + v * b[1] + w * n[1], u * a[2] + v * b[2] + w * n[2]);
  let dose = new Float32Array(1 << 16);
  let weight = new Float32Array(1 << 16);
  let [count, total, outside, sum, min, max] = [0, 0, 0, 0, Infinity, -Infinity];
  const extreme = (value: number): void => {
    const known = Number.isNaN(value) ? 0 : value;
    if (known < min) min = known;
    if (known > max) max = known;
  };
  for (const { rings, low, high } of slabs) {
    const box = boundsOf(rings);
    if (!box) continue;
    const width = Math.max(1, Math.ceil((box[2] - box[0]) / step));
    const height = Math.max(1, Math.ceil((box[3] - box[1]) / step));
    const [du, dv] = [(box[2] - box[0]) / width, (box[3] - box[1]) / height];
    const coverage = areaCoverage(rings, { width, height, u0: box[0] + du / 2, v0: box[1] + dv / 2, du, dv });
    const layers = Math.max(1, Math.ceil((high - low) / step));
    const dw = (high - low) / layers;
    for (let layer = 0; layer < layers; layer++)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) {
          const share = coverage[row * width + column];
          if (share === 0) continue;
          const u = box[0] + (column + ((count * SHIFT[0]) % 1)) * du;
          const v = box[1] + (row + ((count * SHIFT[1]) % 1)) * dv;
          let value = at(u, v, low + (layer + ((count * SHIFT[2]) % 1)) * dw);
          const part = share * du * dv * dw;
          total += part;
          if (share > 1 - 1e-6) extreme(value);
          if (Number.isNaN(value)) {
            outside += part;
            value = 0;
          }
          sum += part * value;
          if (count === dose.length) {
            dose = doubled(dose);
            weight = doubled(weight);
          }
          dose[count] = value;
          weight[count++] = part;
        }
    for (const ring of rings)
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const pieces = Math.ceil(Math.hypot(ring[i] - ring[j], ring[i + 1] - ring[j + 1]) / step);
        for (let piece = 0; piece < pieces; piece++) {
          const u = ring[j] + (piece / pieces) * (ring[i] - ring[j]);
          const v = ring[j + 1] + (piece / pieces) * (ring[i + 1] - ring[j + 1]);
          extreme(at(u, v, low));
          extreme(at(u, v, high));
        }
      }
  }
  return { dose, weight, count, total, outside, sum, min, max };
}

function doubled(values: Float32Array): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(values.length * 2);
  larger.set(values);
  return larger;
}
