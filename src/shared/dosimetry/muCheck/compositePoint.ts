import { indexToPatient, sampleAtPoint, type Volume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Contour } from '../../model/structures.ts';
import { centreMask } from '../../structures/contours/centreMask.ts';
import { densityNear, LUNG, withNeighbours } from './surroundings.ts';

/** What is looked at round a point, mm: as far as a small chamber reaches. */
export const REACH = 5;
/** Of the maximum, where no target is known. */
const HIGH = 0.9;
/** A dose is even where it changes by no more than this within the reach, of the dose. */
const EVEN = 0.03;

export interface CompositePoint {
  /** LPS mm. */
  readonly at: Vec3;
  /** Largest change of the dose within 5 mm, relative. */
  readonly gradient: number;
  /** The lowest density within 3 cm, g/cm³. */
  readonly nearby: number;
}

/**
 * Where the dose of all beams together is checked: well inside the target (5 mm to every side, where it is so large), away from lung, and
 * of such places the one nearest to its middle with an even dose, else the most even one. Without a target: where dose is high.
 * Undefined where there is no such place.
 */
export function compositePoint(
  dose: Volume<Float32Array>,
  density: Volume<Float32Array>,
  target: readonly Contour[] | undefined,
): CompositePoint | undefined {
  const inside = target === undefined ? highDose(dose) : centreMask(target, dose);
  const [nx, ny] = dose.dims;
  const places: Vec3[] = [];
  for (let n = 0; n < inside.length; n++)
    if (inside[n] > 0) places.push(indexToPatient(dose, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / nx / ny)]));
  if (places.length === 0) return undefined;
  const mask: Volume<Uint8Array> = { ...dose, data: inside };
  const deep = places.filter((at) => withNeighbours(at, REACH).every((near) => sampleAtPoint(mask, near, 0) > 0.5));
  const middle = [0, 1, 2].map((axis) => places.reduce((sum, at) => sum + at[axis], 0) / places.length);
  const ranked = (deep.length > 0 ? deep : places)
    .map((at) => {
      const gradient = gradientAt(dose, at);
      const away = Math.hypot(...at.map((mm, axis) => mm - middle[axis]));
      // Even ones by their distance from the middle, then the others by how uneven they are.
      return { at, gradient, rank: gradient <= EVEN ? away / 1e6 : gradient };
    })
    .filter(({ gradient }) => Number.isFinite(gradient))
    .sort((a, b) => a.rank - b.rank);
  // Only an uneven dose is worse than lung nearby.
  const best = ranked.find(({ at, gradient }) => gradient <= EVEN && densityNear(density, at) >= LUNG) ?? ranked.at(0);
  return best && { at: best.at, gradient: best.gradient, nearby: densityNear(density, best.at) };
}

function gradientAt(dose: Volume<Float32Array>, at: Vec3): number {
  const [here, ...beside] = withNeighbours(at, REACH).map((near) => sampleAtPoint(dose, near, 0));
  return Math.max(...beside.map((gray) => Math.abs(gray / here - 1)));
}

function highDose({ data }: Volume<Float32Array>): Uint8Array {
  const level = HIGH * data.reduce((most, gray) => Math.max(most, gray), 0);
  return Uint8Array.from(data, (gray) => (level > 0 && gray >= level ? 1 : 0));
}
