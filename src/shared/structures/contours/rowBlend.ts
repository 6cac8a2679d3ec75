import type { Intervals } from './intervals.ts';

interface Slab {
  readonly offset: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The intervals of a row at height w between contour planes, `i` being the plane whose slab holds it: those of that plane, their ends
 * drawn towards the next plane's on that side where two intervals are each other's only counterpart. Empty in an open gap.
 */
export function blendRow<P extends Slab>(
  planes: readonly P[],
  i: number,
  w: number,
  crossings: (plane: P) => Intervals,
): Intervals {
  const own = planes[i];
  if (w < own.low || w >= own.high) return [];
  const near = crossings(own);
  const next = planes[w < own.offset ? i - 1 : i + 1];
  if (near.length === 0 || next === undefined) return near;
  const touching = w < own.offset ? own.low - next.high : next.low - own.high;
  if (touching > 1e-6) return near;
  const f = Math.abs((w - own.offset) / (next.offset - own.offset));
  const far = crossings(next);
  const blended = [...near];
  for (let a = 0; a < near.length; a += 2) {
    const only = counterpart(near[a], near[a + 1], far);
    if (only < 0 || counterpart(far[only], far[only + 1], near) !== a) continue;
    blended[a] += f * (far[only] - near[a]);
    blended[a + 1] += f * (far[only + 1] - near[a + 1]);
  }
  return blended;
}

/** Where in `others` the only interval that overlaps [begin, end] begins; −1 where there is none or more than one. */
function counterpart(begin: number, end: number, others: Intervals): number {
  let found = -1;
  for (let i = 0; i < others.length; i += 2) {
    if (others[i] > end || others[i + 1] < begin) continue;
    if (found >= 0) return -1;
    found = i;
  }
  return found;
}
