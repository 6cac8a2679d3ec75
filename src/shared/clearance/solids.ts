import type { Mat4 } from '../geometry/affine.ts';
import { transformPoint } from '../geometry/affine.ts';
import { length, scale, subtract, type Vec3 } from '../geometry/vec.ts';

/** A solid cylinder about z in its own system, from `low` to `high`. */
export interface Cylinder {
  readonly radius: number;
  readonly low: number;
  readonly high: number;
}

/** A solid box along the axes of its own system. */
export interface Box {
  readonly low: Vec3;
  readonly high: Vec3;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The point of the cylinder nearest to `point`; the point itself where it is inside. */
function nearestInCylinder({ radius, low, high }: Cylinder, [x, y, z]: Vec3): Vec3 {
  const out = Math.hypot(x, y);
  const shrink = out > radius ? radius / out : 1;
  return [x * shrink, y * shrink, clamp(z, low, high)];
}

/** How far a point is from the cylinder; inside, how deep as a negative number. */
export function distanceToCylinder({ radius, low, high }: Cylinder, x: number, y: number, z: number): number {
  const beside = Math.hypot(x, y) - radius;
  const along = Math.max(low - z, z - high);
  if (beside <= 0 && along <= 0) return Math.max(beside, along);
  return Math.hypot(Math.max(0, beside), Math.max(0, along));
}

const nearestInBox = ({ low, high }: Box, point: Vec3): Vec3 => [
  clamp(point[0], low[0], high[0]),
  clamp(point[1], low[1], high[1]),
  clamp(point[2], low[2], high[2]),
];

/** Steps and mm at which the search for the nearest points ends. */
const [STEPS, CONVERGED] = [400, 1e-4];

/**
 * Distance of a box and a cylinder, 0 where they meet; and the box's nearest point. Projecting in turn on two convex bodies leads to their
 * nearest points (Cheney and Goldstein, Proc. Am. Math. Soc. 10 (1959) 448).
 * @param cylinderFromBox rigid, from the box's system to the cylinder's
 * @param boxFromCylinder its inverse
 */
export function boxToCylinder(
  box: Box,
  cylinder: Cylinder,
  cylinderFromBox: Mat4,
  boxFromCylinder: Mat4,
): { distance: number; point: Vec3 } {
  let point = scale([box.low[0] + box.high[0], box.low[1] + box.high[1], box.low[2] + box.high[2]], 0.5);
  let distance = Infinity;
  for (let step = 0; step < STEPS; step++) {
    const there = nearestInCylinder(cylinder, transformPoint(cylinderFromBox, point));
    const next = nearestInBox(box, transformPoint(boxFromCylinder, there));
    const apart = length(subtract(transformPoint(cylinderFromBox, next), there));
    const moved = length(subtract(next, point));
    point = next;
    if (distance - apart < CONVERGED && moved < 1e-2) return { distance: apart < 1e-3 ? 0 : apart, point };
    distance = apart;
  }
  return { distance: distance < 1e-3 ? 0 : distance, point };
}
