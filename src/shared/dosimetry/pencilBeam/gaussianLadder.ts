import type { BeamQuality } from '../machine/beamQuality.ts';
import { muOverRhoBone, muOverRhoWater } from '../machine/beamQuality.ts';
import { termaTable } from '../collapsedCone/terma.ts';
import { nonNegativeLeastSquares } from './nonNegative.ts';
import { KERNEL_DEPTHS, type PencilKernel, pencilKernel, withinRings } from './pencilKernel.ts';
import { cylinderKernels, KERNEL_ENERGIES, RING_COUNT, RING_EDGES, SLICE, SLICE_START } from './pointKernels.ts';

/**
 * Standard deviations (mm at the isocenter plane) of the Gaussians into which every pencil kernel is expanded. The first four make
 * penumbrae, the last four carry what goes further. Chosen by search: a kernel's energy within any radius above 2 mm is met
 * within 2 % of the dose (primary, first centimetre) and 0.4 % (scatter, everywhere).
 */
export const SIGMAS = [0.4, 1.2, 3, 7, 15, 32, 75, 160] as const;
export const TERMS = SIGMAS.length;
/** How many of them, from the first on, are narrow. */
export const NARROW = 4;

/** Uniform nodes of the weight tables: depth in g/cm². */
export const DEPTH_STEP = 0.2;
export const DEPTH_COUNT = 251;
/** Rows: ln(magnification from the isocenter plane × density in g/cm³), since what is thinner lets everything go further. */
export const SCALE_FROM = Math.log(0.12);
export const SCALE_STEP = 0.2;
export const SCALE_COUNT = 17;

/** Weights of the Gaussians, Gy·cm² per unit fluence: at [(row · DEPTH_COUNT + depth) · TERMS + term]. */
export interface PencilTables {
  readonly primary: Float32Array;
  readonly scatter: Float32Array;
  /** μ/ρ of cortical bone over that of water, weighted by the energy released at 10 g/cm². */
  readonly boneRatio: number;
  /** How far (g/cm²) forward of the interaction energy is deposited, mean at 10 g/cm²: by electrons, and by what is scattered. */
  readonly electronReach: number;
  readonly scatterReach: number;
  /** Energy released per mass and unit fluence, Gy·cm² (terma.ts). */
  readonly terma: ReturnType<typeof termaTable>;
}

const cache = new Map<string, PencilTables>();

/** The tables of a spectrum for a source–axis distance in cm; made once, in a tenth of a second. */
export function pencilTables(quality: BeamQuality, sad: number): PencilTables {
  const key = `${quality.name}/${sad}`;
  const known = cache.get(key) ?? makeTables(quality, sad);
  cache.set(key, known);
  return known;
}

function makeTables(quality: BeamQuality, sad: number): PencilTables {
  const kernel: PencilKernel = pencilKernel(quality);
  const rows = SCALE_COUNT * DEPTH_COUNT * TERMS;
  const [primary, scatter] = [new Float32Array(rows), new Float32Array(rows)];
  for (let row = 0; row < SCALE_COUNT; row++) {
    const scale = Math.exp(SCALE_FROM + row * SCALE_STEP);
    fillRow(primary, row, scale, (depth) => withinRings(kernel.primary, depth));
    // Pencils slant by where they are, not by the density there.
    const distance = sad * Math.max(scale, SLANTED);
    fillRow(scatter, row, scale, (depth) => withinRings(kernel.scatter, depth, distance));
  }
  return {
    primary,
    scatter,
    boneRatio: boneRatio(quality),
    electronReach: reach(quality, 'primary'),
    scatterReach: reach(quality, 'scatter'),
    terma: termaTable(quality),
  };
}

/** Below this scale the distance from the source is no longer taken from it: it is low density that makes it so small. */
const SLANTED = 0.75;

/** Fits a row at the kernel's depths; between them shares go linearly and the sum geometrically. */
function fillRow(table: Float32Array, row: number, scale: number, withinAt: (depth: number) => Float64Array): void {
  const nodes = KERNEL_DEPTHS.filter((depth) => depth >= 0);
  const fits = nodes.map((depth) => {
    const within = withinAt(depth);
    return { total: within[RING_COUNT - 1], shares: sharesOf(within, scale) };
  });
  let node = 0;
  for (let n = 0; n < DEPTH_COUNT; n++) {
    const depth = n * DEPTH_STEP;
    while (node < nodes.length - 2 && nodes[node + 1] <= depth) node++;
    const t = Math.min(1, (depth - nodes[node]) / (nodes[node + 1] - nodes[node]));
    const [low, high] = [fits[node], fits[node + 1]];
    const total = low.total > 0 ? low.total * (high.total / low.total) ** t : t * high.total;
    for (let term = 0; term < TERMS; term++)
      table[(row * DEPTH_COUNT + n) * TERMS + term] =
        total * (low.shares[term] + t * (high.shares[term] - low.shares[term]));
  }
}

/** Shares (sum 1) of the Gaussians whose energy within each ring comes closest to the kernel's; scale: cm of water per cm. */
function sharesOf(within: Float64Array, scale: number): Float64Array {
  const total = within[RING_COUNT - 1];
  const normal = new Float64Array(TERMS * TERMS);
  const right = new Float64Array(TERMS);
  RING_EDGES.forEach((radius, ring) => {
    const row = SIGMAS.map((sigma) => -Math.expm1(-(((radius * 10) / scale / sigma) ** 2) / 2));
    for (let i = 0; i < TERMS; i++) {
      right[i] += (row[i] * within[ring]) / total;
      for (let j = 0; j < TERMS; j++) normal[i * TERMS + j] += row[i] * row[j];
    }
  });
  const shares = nonNegativeLeastSquares(normal, right);
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}

const AT_DEPTH = 10;

function boneRatio(quality: BeamQuality): number {
  let [bone, water] = [0, 0];
  quality.energies.forEach((energy, e) => {
    const left = quality.fluence[e] * energy * Math.exp(-muOverRhoWater(energy) * AT_DEPTH);
    bone += left * muOverRhoBone(energy);
    water += left * muOverRhoWater(energy);
  });
  return bone / water;
}

function reach(quality: BeamQuality, part: 'primary' | 'scatter'): number {
  const kernels = cylinderKernels();
  let [energy, moment] = [0, 0];
  quality.energies.forEach((photon, e) => {
    const mu = muOverRhoWater(photon);
    const weight = quality.fluence[e] * photon * mu * Math.exp(-mu * AT_DEPTH);
    const k = Math.max(
      0,
      KERNEL_ENERGIES.findLastIndex((known) => known <= photon),
    );
    kernels[k][part].forEach((share, n) => {
      energy += weight * share;
      moment += weight * share * (SLICE_START + (Math.floor(n / RING_COUNT) + 0.5) * SLICE);
    });
  });
  return moment / energy;
}
