import { ringsAt } from '../contours/boolean.ts';
import { normaliseRings, type Ring } from '../contours/rings.ts';
import type { ContourStack } from '../contours/stack.ts';

/** Outlines are looked at in pieces no longer than this, mm. */
const PIECE = 0.5;

/**
 * Added path length in mm: how much of the reference's outlines would have to be drawn to correct the structure, that is their length
 * over all planes where they lie further than `tolerance` mm, in the plane, from the structure's outlines (Vaassen et al., Phys. Imaging
 * Radiat. Oncol. 13 (2020) 1, who count pixels of the reference's outline that the structure's outline does not share: a tolerance of
 * about a pixel). Outlines on planes without the structure count whole.
 */
export function addedPathLength(structure: ContourStack, reference: ContourStack, tolerance: number): number {
  let sum = 0;
  for (const { rings, offset } of reference.planes) {
    const others = normaliseRings(ringsAt(structure, offset));
    const isNear = nearTo(others, tolerance);
    for (const ring of normaliseRings(rings))
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const length = Math.hypot(ring[i] - ring[j], ring[i + 1] - ring[j + 1]);
        const pieces = Math.max(1, Math.ceil(length / PIECE));
        for (let n = 0; n < pieces; n++) {
          const f = (n + 0.5) / pieces;
          if (!isNear(ring[j] + f * (ring[i] - ring[j]), ring[j + 1] + f * (ring[i + 1] - ring[j + 1])))
            sum += length / pieces;
        }
      }
  }
  return sum;
}

/** Whether a point lies within `tolerance` mm of the rings' edges; edges are found by the square of that size they pass. */
function nearTo(rings: readonly Ring[], tolerance: number): (u: number, v: number) => boolean {
  const size = Math.max(tolerance, 1);
  const cells = new Map<string, number[][]>();
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const edge = [ring[j], ring[j + 1], ring[i], ring[i + 1]];
      const steps = Math.max(1, Math.ceil(Math.hypot(edge[2] - edge[0], edge[3] - edge[1]) / size));
      let last = '';
      for (let s = 0; s <= steps; s++) {
        const f = s / steps;
        const key = cellOf(edge[0] + f * (edge[2] - edge[0]), edge[1] + f * (edge[3] - edge[1]), size).join();
        if (key === last) continue;
        last = key;
        const known = cells.get(key);
        if (known) known.push(edge);
        else cells.set(key, [edge]);
      }
    }
  return (u, v) => {
    const [x, y] = cellOf(u, v, size);
    // An edge may cut a corner of a cell between two points looked at, which lie at most one cell apart: two cells round suffice.
    for (let dx = -2; dx <= 2; dx++)
      for (let dy = -2; dy <= 2; dy++)
        for (const edge of cells.get(`${x + dx},${y + dy}`) ?? []) if (distanceTo(edge, u, v) <= tolerance) return true;
    return false;
  };
}

const cellOf = (u: number, v: number, size: number): [number, number] => [Math.floor(u / size), Math.floor(v / size)];

function distanceTo([au, av, bu, bv]: readonly number[], u: number, v: number): number {
  const [eu, ev] = [bu - au, bv - av];
  const squared = eu * eu + ev * ev;
  const t = squared === 0 ? 0 : Math.max(0, Math.min(1, ((u - au) * eu + (v - av) * ev) / squared));
  return Math.hypot(au + t * eu - u, av + t * ev - v);
}
