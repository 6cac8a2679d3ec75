import type { Vec3 } from '#shared/geometry/vec.ts';
import { areaOf, mergeRings, type Ring, simplifyRings } from '#shared/structures/rings.ts';
import { type Slice, toSlice } from './slice.ts';

/** Smallest area that counts as drawn and not as a slip of the hand, mm². */
const MINIMUM_AREA = 1;
/** Pointer jitter removed from drawn lines, mm. */
const JITTER = 0.05;

/** The area enclosed by a line drawn through LPS points, closed to its start; where it crosses itself all of it counts. */
export function shapeOf(points: readonly Vec3[], slice: Slice): Ring[] {
  if (points.length < 3) return [];
  const ring = Float64Array.from(points.flatMap((point) => toSlice(slice, point)));
  const shape = simplifyRings(mergeRings([ring]), JITTER);
  return Math.abs(areaOf(shape)) < MINIMUM_AREA ? [] : shape;
}
