import { dot, type Vec3 } from '../geometry/vec.ts';
import type { Contour } from '../model/structures.ts';
import { normaliseRings, type Ring, simplifyRings } from '../structures/contours/rings.ts';
import { type ContourStack, stackContours } from '../structures/contours/stack.ts';

/** Contours may be simplified by this, mm. */
const SIMPLIFICATION = 0.05;
/** A gap between planes up to this many spacings is bridged (structures/contours/stack). */
const BRIDGED_GAP = 2.2;
/** Smallest step along a ray, and where its search for the surface ends, mm. */
const [STEP, EXACT] = [0.5, 0.005];

/** Where a ray meets a surface. */
export interface SkinHit {
  /** From the ray's start, mm. */
  readonly distance: number;
  /** Through an end of the contours, where the scan stopped and not the patient. */
  readonly cut: boolean;
}

/** First crossing of a ray (unit direction) with a surface from outside; undefined where it misses. */
export type Skin = (from: Vec3, direction: Vec3) => SkinHit | undefined;

interface Plane {
  readonly offset: number;
  readonly rings: readonly Ring[];
}

/**
 * The surface of contours for rays. Between two planes it is where the signed distances to their outlines, interpolated linearly, are 0 (shape-based
 * interpolation, Raya and Udupa 1990): no steps from slice to slice, so that slanting skin has the right distance. Beyond the first and
 * last plane it goes on straight for half a plane spacing and is cut off.
 * @throws IsocenterError GEOMETRY as `stackContours`
 */
export function skinOf(contours: readonly Contour[], name?: string): Skin {
  const stack = stackContours(contours, name === undefined ? {} : { name });
  if (stack.planes.length === 0) return () => undefined;
  const planes: Plane[] = stack.planes.map(({ offset, rings }) => ({
    offset,
    rings: simplifyRings(rings.length > 1 ? normaliseRings(rings) : rings, SIMPLIFICATION),
  }));
  const [first, last] = [stack.planes[0].low, stack.planes[stack.planes.length - 1].high];
  const box = boundsOf(planes);
  const field = fieldOf(planes, stack);
  return (from, direction) => {
    const [start, along] = [from, direction].map((v): Vec3 => [dot(v, stack.u), dot(v, stack.v), dot(v, stack.normal)]);
    const span = clip(start, along, [...box, first, last]);
    if (span === undefined) return undefined;
    const at = (t: number): number => field(start[0] + t * along[0], start[1] + t * along[1], start[2] + t * along[2]);
    let [outside, t] = [span[0], span[0]];
    let value = at(t);
    if (value <= 0) return { distance: t, cut: true };
    while (value > 0) {
      if (t >= span[1]) return undefined;
      outside = t;
      t = Math.min(span[1], t + Math.max(STEP, 0.5 * value));
      value = at(t);
    }
    let inside = t;
    while (inside - outside > EXACT) {
      const middle = (inside + outside) / 2;
      if (at(middle) > 0) outside = middle;
      else inside = middle;
    }
    return { distance: (inside + outside) / 2, cut: false };
  };
}

/** Signed distance, interpolated between planes; mm, positive outside. */
function fieldOf(planes: readonly Plane[], { spacing }: ContourStack): (u: number, v: number, w: number) => number {
  return (u, v, w) => {
    let above = planes.findIndex(({ offset }) => offset > w);
    if (above === -1) above = planes.length;
    const [low, high] = [planes[above - 1], planes[above]];
    if (low === undefined) return distanceTo(high.rings, u, v);
    if (high === undefined) return distanceTo(low.rings, u, v);
    const gap = high.offset - low.offset;
    const t = (w - low.offset) / gap;
    if (gap > BRIDGED_GAP * spacing) {
      const nearest = t < 0.5 ? low : high;
      return Math.abs(w - nearest.offset) <= spacing / 2 ? distanceTo(nearest.rings, u, v) : gap;
    }
    return (1 - t) * distanceTo(low.rings, u, v) + t * distanceTo(high.rings, u, v);
  };
}

/** Signed distance to outlines in their plane, even–odd; negative inside. */
function distanceTo(rings: readonly Ring[], u: number, v: number): number {
  let [nearest, inside] = [Infinity, false];
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [au, av, bu, bv] = [ring[j], ring[j + 1], ring[i], ring[i + 1]];
      if (av > v !== bv > v && u < au + ((v - av) / (bv - av)) * (bu - au)) inside = !inside;
      const [eu, ev] = [bu - au, bv - av];
      const length = eu * eu + ev * ev;
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((u - au) * eu + (v - av) * ev) / length));
      const [ou, ov] = [u - au - along * eu, v - av - along * ev];
      nearest = Math.min(nearest, ou * ou + ov * ov);
    }
  return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
}

type Box = readonly [u0: number, u1: number, v0: number, v1: number, w0: number, w1: number];

function boundsOf(planes: readonly Plane[]): [number, number, number, number] {
  let [u0, u1, v0, v1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { rings } of planes)
    for (const ring of rings)
      for (let i = 0; i < ring.length; i += 2) {
        [u0, u1] = [Math.min(u0, ring[i]), Math.max(u1, ring[i])];
        [v0, v1] = [Math.min(v0, ring[i + 1]), Math.max(v1, ring[i + 1])];
      }
  // A little room: a ray enters the box outside of the surface.
  return [u0 - 1, u1 + 1, v0 - 1, v1 + 1];
}

/** Between which distances a ray is inside a box; undefined where it misses. */
function clip(start: Vec3, along: Vec3, box: Box): [number, number] | undefined {
  let [from, to] = [0, Infinity];
  for (let axis = 0; axis < 3; axis++) {
    const [low, high] = [box[2 * axis], box[2 * axis + 1]];
    if (Math.abs(along[axis]) < 1e-12) {
      if (start[axis] < low || start[axis] > high) return undefined;
      continue;
    }
    const [a, b] = [(low - start[axis]) / along[axis], (high - start[axis]) / along[axis]];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  return from < to ? [from, to] : undefined;
}
