import primaryData from '../../../../resources/kernels/water-monoenergetic-primary.json' with { type: 'json' };
import data from '../../../../resources/kernels/water-monoenergetic.json' with { type: 'json' };

/** Outer radii of the rings about a pencil, cm: finer than the electrons' reach in the middle, as wide as the scatter outside. */
export const RING_EDGES: readonly number[] = [
  0.02, 0.04, 0.06, 0.09, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.3, 1.6, 2, 2.5, 3, 4, 5, 6, 8, 10, 13,
  16, 20, 25, 30, 40,
];
export const RING_COUNT = RING_EDGES.length;

/** Bins along the photon's direction, cm, from `SLICE_START` (behind the interaction, negative) on. */
export const SLICE = 0.1;
export const SLICE_START = -15;
export const SLICE_COUNT = 600;

export const KERNEL_ENERGIES: readonly number[] = data.energiesMeV;

/** Share of a photon's energy by slice along its direction and ring about it, at [slice · RING_COUNT + ring]. */
export interface CylinderKernel {
  /** What electrons set in motion by the primary photon deposit. */
  readonly primary: Float64Array;
  /** What scattered photons, bremsstrahlung and annihilation photons carry on. */
  readonly scatter: Float64Array;
}

/** Samples inside one element of a point kernel: radially one in this many cm, and across its cone. */
const RADIAL_STEP = 0.05;
const MOST_RADIAL = 60;
const ANGULAR = 6;

/**
 * The monoenergetic point kernels of EGSnrc, which are tabulated by cone and shell, in cylinder coordinates about the photon:
 * energy is spread evenly over radius and solid angle inside each element. One for each of KERNEL_ENERGIES.
 */
export function cylinderKernels(): CylinderKernel[] {
  const out = KERNEL_ENERGIES.map(() => ({
    primary: new Float64Array(SLICE_COUNT * RING_COUNT),
    scatter: new Float64Array(SLICE_COUNT * RING_COUNT),
  }));
  const shells = data.shellEdgesCm.length - 1;
  for (let cone = 0; cone + 1 < data.coneEdgesDegrees.length; cone++)
    for (let shell = 0; shell < shells; shell++) {
      const cells = cellsOf(
        Math.cos((data.coneEdgesDegrees[cone] * Math.PI) / 180),
        Math.cos((data.coneEdgesDegrees[cone + 1] * Math.PI) / 180),
        data.shellEdgesCm[shell],
        data.shellEdgesCm[shell + 1],
      );
      const element = cone * shells + shell;
      out.forEach(({ primary, scatter }, e) => {
        const first = primaryData.energyFractions[e][element] / (cells.samples || 1);
        const rest = data.energyFractions[e][element] / (cells.samples || 1) - first;
        for (let n = 0; n < cells.index.length; n++) {
          primary[cells.index[n]] += first;
          scatter[cells.index[n]] += rest;
        }
      });
    }
  return out;
}

/** The cells that samples spread over an element fall into, and how many samples there were (some fall outside the table). */
function cellsOf(cosFrom: number, cosTo: number, rFrom: number, rTo: number): { index: number[]; samples: number } {
  const radial = Math.min(MOST_RADIAL, Math.max(4, Math.ceil((rTo - rFrom) / RADIAL_STEP)));
  const index: number[] = [];
  for (let a = 0; a < ANGULAR; a++) {
    const cosine = cosFrom + ((a + 0.5) / ANGULAR) * (cosTo - cosFrom);
    const sine = Math.sqrt(1 - cosine * cosine);
    for (let n = 0; n < radial; n++) {
      const r = rFrom + ((n + 0.5) / radial) * (rTo - rFrom);
      const slice = Math.floor((r * cosine - SLICE_START) / SLICE);
      const ring = RING_EDGES.findIndex((edge) => r * sine < edge);
      if (slice >= 0 && slice < SLICE_COUNT && ring >= 0) index.push(slice * RING_COUNT + ring);
    }
  }
  return { index, samples: ANGULAR * radial };
}
