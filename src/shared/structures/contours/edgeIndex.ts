import { boundsOf, type Ring } from './rings.ts';

/**
 * The edges of a plane's rings sorted into bins along one coordinate, so that a cut looks at a few edges instead of all, and at
 * neighbouring memory: with thousands of planes a cut's time is the time to fetch them.
 */
export interface EdgeIndex {
  readonly low: number;
  readonly high: number;
  /** Subtracted from the other coordinate, so that float32 keeps 0.1 µm. */
  readonly otherLow: number;
  readonly binsPerMm: number;
  /** Edges of bin b: edges[4·start[b]] … edges[4·start[b + 1] − 1]. */
  readonly start: Int32Array;
  /** Line and other coordinate of one end, then of the other, from `low` and `otherLow`. */
  readonly edges: Float32Array;
}

const EDGES_PER_BIN = 4;

/** Bins edges by u (axis 0) or v (axis 1). */
export function indexEdges(rings: readonly Ring[], axis: 0 | 1): EdgeIndex {
  const count = rings.reduce((sum, ring) => sum + ring.length / 2, 0);
  const line = new Float32Array(count);
  const other = new Float32Array(count);
  /** The vertex before each vertex. */
  const before = new Int32Array(count);
  const box = boundsOf(rings) ?? [0, 0, 0, 0];
  const [low, high, otherLow] = [box[axis], box[axis + 2], box[1 - axis]];
  let n = 0;
  for (const ring of rings) {
    const first = n;
    for (let i = 0; i < ring.length; i += 2, n++) {
      line[n] = ring[i + axis] - low;
      other[n] = ring[i + 1 - axis] - otherLow;
      before[n] = n - 1;
    }
    before[first] = n - 1;
  }
  const bins = Math.max(1, Math.ceil(count / EDGES_PER_BIN));
  const binsPerMm = high > low ? bins / (high - low) : 0;
  const binOf = new Int32Array(count);
  for (let i = 0; i < count; i++) binOf[i] = Math.min(bins - 1, line[i] * binsPerMm);
  const start = new Int32Array(bins + 1);
  for (let i = 0; i < count; i++) {
    const [a, b] = [binOf[i], binOf[before[i]]];
    for (let bin = Math.min(a, b); bin <= Math.max(a, b); bin++) start[bin + 1]++;
  }
  for (let bin = 0; bin < bins; bin++) start[bin + 1] += start[bin];
  const fill = start.slice();
  const edges = new Float32Array(4 * start[bins]);
  for (let i = 0; i < count; i++) {
    const [a, b] = [binOf[i], binOf[before[i]]];
    for (let bin = Math.min(a, b); bin <= Math.max(a, b); bin++) {
      const p = 4 * fill[bin]++;
      edges[p] = line[before[i]];
      edges[p + 1] = other[before[i]];
      edges[p + 2] = line[i];
      edges[p + 3] = other[i];
    }
  }
  return { low, high, otherLow, binsPerMm, start, edges };
}

/** Sorted values sign·(other coordinate) where the line coordinate = `at` crosses the rings; always an even number. */
export function crossingsAt(index: EdgeIndex, at: number, sign: number): number[] {
  const { start, edges } = index;
  if (!(at >= index.low && at <= index.high)) return [];
  // Rounded like the edges: a cut through a vertex then sees it on one side from both its edges.
  const cut = Math.fround(at - index.low);
  const bin = Math.min(start.length - 2, Math.floor(cut * index.binsPerMm));
  const found: number[] = [];
  for (let p = 4 * start[bin]; p < 4 * start[bin + 1]; p += 4) {
    const a = edges[p] - cut;
    const b = edges[p + 2] - cut;
    if (a > 0 === b > 0) continue;
    found.push(sign * (index.otherLow + edges[p + 1] + (a / (a - b)) * (edges[p + 3] - edges[p + 1])));
  }
  if (found.length > 2) return found.sort((x, y) => x - y);
  return found[0] > found[1] ? [found[1], found[0]] : found;
}
