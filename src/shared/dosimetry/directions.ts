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

/** Cones in each ring: eight azimuths, staggered, see a square field's sides and corners alike. */
const AZIMUTHS = 8;

/** Upper polar edges of the rings in degrees, by total number of directions: denser forward, where the energy goes. */
const SETS: Readonly<Record<number, readonly number[]>> = {
  56: [11, 23, 36, 50, 68, 92, 180],
  80: [8, 16, 25, 35, 45, 57, 71, 90, 118, 180],
  104: [6, 12, 18, 25, 32, 39, 47, 56, 67, 80, 97, 122, 180],
};

export const directionSets: readonly number[] = Object.keys(SETS).map(Number);
export const DEFAULT_DIRECTIONS = 80;

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
  return SETS[directions].map((degrees) => {
    const [from, to] = [previous, (degrees * Math.PI) / 180];
    previous = to;
    return { from, to, count: AZIMUTHS, polar: meanAngle(kernel, from, to) };
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
