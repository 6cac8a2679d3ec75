import { invertRigid, type Mat4, transformPoint, transformVector } from '../geometry/affine.ts';
import { normalize, type Vec3 } from '../geometry/vec.ts';
import type { Beam, ControlPoint } from '../model/plan.ts';
import { areaOf, type Ring } from '../structures/contours/rings.ts';
import { jawsOf, openingOf } from './opening.ts';
import type { Skin, SkinHit } from './skin.ts';

/** Distance of the points in which a field's edge is cast onto the skin, mm at the isocenter plane. */
const EVERY = 2.5;

/** A ray of a beam in LPS mm. */
interface Ray {
  readonly source: Vec3;
  readonly direction: Vec3;
}

/** The ray of a beam through a place at the isocenter plane; `frame`: LPS mm → collimator (or gantry) axes that `x`, `y` are in. */
function rayThrough(frame: Mat4, sad: number, x: number, y: number): Ray {
  const back = invertRigid(frame);
  return { source: transformPoint(back, [0, 0, sad]), direction: normalize(transformVector(back, [x, y, -sad])) };
}

/** Source to surface along the ray through a place at the isocenter plane, mm; on the axis the beam's SSD. Undefined where it misses. */
export function surfaceDistance(skin: Skin, frame: Mat4, sad: number, x = 0, y = 0): SkinHit | undefined {
  const { source, direction } = rayThrough(frame, sad, x, y);
  return skin(source, direction);
}

/** The nearest of several surfaces: a patient with what lies on him. */
export const nearestSkin =
  (skins: readonly Skin[]): Skin =>
  (from, direction) =>
    skins
      .flatMap((skin) => skin(from, direction) ?? [])
      .reduce<SkinHit | undefined>(
        (best, hit) => (best !== undefined && best.distance <= hit.distance ? best : hit),
        undefined,
      );

/**
 * The edge of the light field on the patient's skin, LPS mm: where the rays through the edge of what jaws, leaves and blocks leave open meet
 * it. A line ends where rays miss the patient or enter through an end of the scan; a whole one repeats its first point.
 * @param frame LPS mm → collimator axes (`bldFromPatient`)
 */
export function lightField(beam: Beam, control: ControlPoint, frame: Mat4, skin: Skin): readonly (readonly Vec3[])[] {
  const lines: Vec3[][] = [];
  for (const ring of openingOf(beam, control)) {
    let line: Vec3[] = [];
    for (const [x, y] of along(ring)) {
      const { source, direction } = rayThrough(frame, beam.sourceAxisDistance, x, y);
      const hit = skin(source, direction);
      if (hit !== undefined && !hit.cut) line.push(pointOn(source, direction, hit.distance));
      else {
        if (line.length > 1) lines.push(line);
        line = [];
      }
    }
    if (line.length > 1) lines.push(line);
  }
  return lines;
}

const pointOn = (from: Vec3, direction: Vec3, distance: number): Vec3 => [
  from[0] + distance * direction[0],
  from[1] + distance * direction[1],
  from[2] + distance * direction[2],
];

/** The corners of a ring and points between them, round to the first corner again. */
function along(ring: Ring): [number, number][] {
  const points: [number, number][] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    const [dx, dy] = [ring[next] - ring[i], ring[next + 1] - ring[i + 1]];
    const steps = Math.max(1, Math.ceil(Math.hypot(dx, dy) / EVERY));
    for (let n = 0; n < steps; n++) points.push([ring[i] + (n / steps) * dx, ring[i + 1] + (n / steps) * dy]);
  }
  points.push([ring[0], ring[1]]);
  return points;
}

/** Sides of the squares that scatter as much as a field, mm at the isocenter plane. */
export interface EquivalentSquares {
  /** Of the jaws: four times area over perimeter (Sterling, Perry and Katz, Br J Radiol 37 (1964) 544). */
  readonly jaws?: number;
  /** Of what is open: the square of the same area. */
  readonly opening: number;
}

export function equivalentSquares(beam: Beam, control: ControlPoint): EquivalentSquares {
  const jaws = jawsOf(control);
  const opening = Math.sqrt(Math.max(0, areaOf(openingOf(beam, control))));
  if (jaws === undefined) return { opening };
  const [x, y] = [jaws[1] - jaws[0], jaws[3] - jaws[2]];
  return { jaws: x + y > 0 ? (2 * x * y) / (x + y) : 0, opening };
}
