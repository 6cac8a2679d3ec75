import type { BeamQuality } from '../machine/beamQuality.ts';
import { muOverRhoWater } from '../machine/beamQuality.ts';
import { GRAY } from '../collapsedCone/terma.ts';
import {
  cylinderKernels,
  KERNEL_ENERGIES,
  RING_COUNT,
  RING_EDGES,
  SLICE,
  SLICE_COUNT,
  SLICE_START,
} from './pointKernels.ts';

/**
 * Depths (cm of water) of the table: dense in the build-up. The first lie before the surface, where a slanting pencil's own depth
 * at a point inside can be; nothing is released there, but scatter comes back.
 */
export const KERNEL_DEPTHS: readonly number[] = [
  -3, -1, 0, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 1.8, 2.2, 2.6, 3, 4, 5, 6, 8, 10, 12.5, 15, 17.5, 20, 25, 30, 35, 40, 50,
];

/** Dose (Gy·cm²) per photon summed over each ring about a pencil in water, at [depth · RING_COUNT + ring]. */
export interface PencilKernel {
  readonly primary: Float64Array;
  readonly scatter: Float64Array;
}

/**
 * The pencil kernel of a spectrum in half-infinite water: energy released along the pencil, hardening included, times the point
 * kernels in cylinder coordinates, summed over the pencil (Ahnesjö, Saxner and Trepp, Med. Phys. 19 (1992) 263, eq. 2). Nothing
 * is fitted.
 */
export function pencilKernel(quality: BeamQuality): PencilKernel {
  const kernels = cylinderKernels();
  const released = releasedAlong(quality);
  const primary = new Float64Array(KERNEL_DEPTHS.length * RING_COUNT);
  const scatter = new Float64Array(KERNEL_DEPTHS.length * RING_COUNT);
  KERNEL_DEPTHS.forEach((depth, d) => {
    const at = d * RING_COUNT;
    // From the middle of slice n, where the interaction is, to `depth` by the middle of the kernel's slice.
    const offset = Math.round((depth - SLICE_START) / SLICE) - 1;
    for (let n = 0; n < SLICE_COUNT; n++) {
      const slice = offset - n;
      if (slice < 0 || slice >= SLICE_COUNT) continue;
      kernels.forEach((kernel, e) => {
        const energy = released[n * KERNEL_ENERGIES.length + e];
        if (energy === 0) return;
        for (let ring = 0; ring < RING_COUNT; ring++) {
          primary[at + ring] += energy * kernel.primary[slice * RING_COUNT + ring];
          scatter[at + ring] += energy * kernel.scatter[slice * RING_COUNT + ring];
        }
      });
    }
  });
  return { primary, scatter };
}

/** Energy per mass (Gy·cm² a photon) released in slice n of water, shared between the kernels of the tabulated energies. */
function releasedAlong(quality: BeamQuality): Float64Array {
  const count = KERNEL_ENERGIES.length;
  const out = new Float64Array(SLICE_COUNT * count);
  quality.energies.forEach((energy, e) => {
    const mu = muOverRhoWater(energy);
    const clamped = Math.min(Math.max(energy, KERNEL_ENERGIES[0]), KERNEL_ENERGIES[count - 1]);
    let k = 0;
    while (k < count - 2 && KERNEL_ENERGIES[k + 1] <= clamped) k++;
    const t = (clamped - KERNEL_ENERGIES[k]) / (KERNEL_ENERGIES[k + 1] - KERNEL_ENERGIES[k]);
    for (let n = 0; n < SLICE_COUNT; n++) {
      const terma = GRAY * quality.fluence[e] * energy * mu * Math.exp(-mu * (n + 0.5) * SLICE);
      out[n * count + k] += terma * (1 - t);
      out[n * count + k + 1] += terma * t;
    }
  });
  return out;
}

/**
 * Sums of a kernel table within each ring edge for a pencil that slants away from a point on the axis of a divergent beam:
 * `distance` (cm) from the source to the point, `depth` its depth in water. A pencil at r from the point is met at a depth of its own
 * that is less by r²(s + SSD)/2s², to second order in r/s.
 */
export function withinRings(table: Float64Array, depth: number, distance?: number): Float64Array {
  const out = new Float64Array(RING_COUNT);
  let sum = 0;
  for (let ring = 0; ring < RING_COUNT; ring++) {
    const r2 = ((ring === 0 ? 0 : RING_EDGES[ring - 1] ** 2) + RING_EDGES[ring] ** 2) / 2;
    const less = distance === undefined ? 0 : (r2 * (2 * distance - depth)) / (2 * distance * distance);
    sum += atDepth(table, depth - less, ring);
    out[ring] = sum;
  }
  return out;
}

function atDepth(table: Float64Array, depth: number, ring: number): number {
  const last = KERNEL_DEPTHS.length - 1;
  let node = 0;
  while (node < last - 1 && KERNEL_DEPTHS[node + 1] <= depth) node++;
  const t = Math.min(1, Math.max(0, (depth - KERNEL_DEPTHS[node]) / (KERNEL_DEPTHS[node + 1] - KERNEL_DEPTHS[node])));
  const [low, high] = [table[node * RING_COUNT + ring], table[(node + 1) * RING_COUNT + ring]];
  return low > 0 && high > 0 ? low * (high / low) ** t : low + t * (high - low);
}
