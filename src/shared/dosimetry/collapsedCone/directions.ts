import { IsocenterError } from '../../contract/errors.ts';
import type { Vec3 } from '../../geometry/vec.ts';
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
 * Rings by total number of directions: upper polar edge in degrees, cones. Denser forward, where the energy goes; where scattered photons
 * go sideways sixteen cones, for with eight the dose beside a small field stands in a star: none between the rays and twice as much on them.
 */
const SETS: Readonly<Record<number, readonly (readonly [degrees: number, cones: 8 | 16])[]>> = {
  56: [[12, 8], [26, 8], [42, 8], [64, 16], [96, 8], [180, 8]], // biome-ignore format: a ring each
  88: [[10, 8], [20, 8], [31, 8], [43, 16], [57, 16], [75, 16], [103, 8], [180, 8]], // biome-ignore format: a ring each
  104: [[10, 8], [20, 8], [31, 16], [43, 16], [57, 16], [75, 16], [103, 16], [180, 8]], // biome-ignore format: a ring each
  160: [[8, 16], [16, 16], [25, 16], [35, 16], [45, 16], [57, 16], [71, 16], [90, 16], [118, 16], [180, 16]], // biome-ignore format: a ring each
};

export const directionSets: readonly number[] = Object.keys(SETS).map(Number);
export const DEFAULT_DIRECTIONS = 104;

/** @throws IsocenterError DOSE for a number of directions that is no set. */
export function checkDirections(directions: number): void {
  if (!directionSets.includes(directions))
    throw new IsocenterError('DOSE', `${directions} directions: choose one of ${directionSets.join(', ')}`, {
      object: 'dose settings',
      attribute: 'directions',
    });
}

/**
 * The rings of a direction set for a kernel (coefficients of hardenedKernel): each ring stands at its energy-weighted mean angle.
 * @throws IsocenterError DOSE for a number of directions that is no set.
 */
export function ringsFor(directions: number, kernel: Float64Array): ConeRing[] {
  checkDirections(directions);
  let previous = 0;
  return SETS[directions].map(([degrees, count]) => {
    const [from, to] = [previous, (degrees * Math.PI) / 180];
    previous = to;
    return { from, to, count, polar: meanAngle(kernel, from, to) };
  });
}

/**
 * Unit directions of a ring about +z, closed under the mirrors x, y and x ↔ y: staggered by half a step, so that none lies on an
 * axis or on a diagonal, where the choice between two sweep axes would be a matter of rounding.
 */
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
