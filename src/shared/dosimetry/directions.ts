import { IsocenterError } from '../contract/errors.ts';
import type { Vec3 } from '../geometry/vec.ts';
import { coneEdgesDegrees, RATE_COUNT } from './depositionKernel.ts';

/** A ring of cones about the beam axis that share one polar angle. */
export interface ConeRing {
  /** Polar edges and the energy-weighted mean polar angle, radians. */
  readonly from: number;
  readonly to: number;
  readonly polar: number;
  readonly count: number;
}

/**
 * Polar edges in degrees with the cones in each ring, by total number of directions: denser forward, where the energy goes.
 * Every count is a multiple of four, so that a set keeps the symmetry of a square field.
 */
const SETS: Readonly<Record<number, readonly (readonly [to: number, count: number])[]>> = {
  52: [[10, 4], [22, 8], [35, 8], [50, 8], [68, 8], [90, 8], [120, 4], [180, 4]],
  76: [[8, 4], [16, 8], [26, 8], [36, 8], [46, 8], [58, 8], [72, 8], [90, 8], [112, 8], [140, 4], [180, 4]],
  104: [[7, 4], [14, 8], [21, 8], [29, 12], [37, 12], [46, 12], [57, 12], [70, 8], [85, 8], [102, 8], [125, 8], [180, 4]],
}; // biome-ignore format: tables of [edge, count]

export const directionSets: readonly number[] = Object.keys(SETS).map(Number);
export const DEFAULT_DIRECTIONS = 76;

/**
 * The rings of a direction set for a kernel (coefficients of hardenedKernel): each ring stands at its energy-weighted mean angle.
 * @throws IsocenterError DOSE for a number of directions that is no set.
 */
export function ringsFor(directions: number, kernel: Float64Array): ConeRing[] {
  const set = SETS[directions];
  if (set === undefined)
    throw new IsocenterError('DOSE', `${directions} directions: choose one of ${directionSets.join(', ')}`, {
      object: 'dose settings',
      attribute: 'directions',
    });
  let previous = 0;
  return set.map(([degrees, count]) => {
    const [from, to] = [previous, (degrees * Math.PI) / 180];
    previous = to;
    return { from, to, count, polar: meanAngle(kernel, from, to) };
  });
}

/** Unit directions of a ring about +z, staggered by half a step from the axes so that x, y mirror images belong to the ring. */
export function ringDirections(ring: ConeRing): Vec3[] {
  const [sin, cos] = [Math.sin(ring.polar), Math.cos(ring.polar)];
  return Array.from({ length: ring.count }, (_, n) => {
    const azimuth = ((n + 0.5) / ring.count) * 2 * Math.PI;
    return [sin * Math.cos(azimuth), sin * Math.sin(azimuth), cos];
  });
}

function meanAngle(kernel: Float64Array, from: number, to: number): number {
  const steps = 64;
  let [energy, moment] = [0, 0];
  for (let n = 0; n < steps; n++) {
    const angle = from + ((n + 0.5) / steps) * (to - from);
    const cone = Math.min(coneEdgesDegrees.length - 2, Math.floor((angle * 180) / Math.PI / coneEdgesDegrees[1]));
    let total = 0;
    for (let i = 0; i < RATE_COUNT; i++) total += kernel[cone * RATE_COUNT + i];
    const edge0 = (coneEdgesDegrees[cone] * Math.PI) / 180;
    const edge1 = (coneEdgesDegrees[cone + 1] * Math.PI) / 180;
    const weight = (total * Math.sin(angle)) / (Math.cos(edge0) - Math.cos(edge1));
    energy += weight;
    moment += weight * angle;
  }
  return moment / energy;
}
