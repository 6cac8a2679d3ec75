import { areaOf, combineRings, isInside, normaliseRings, type Ring, simplifyRings } from '../contours/rings.ts';

/** Largest distance between the hand's stroke and the outline made of it, mm. */
const STROKE_ERROR = 0.1;

interface Crossing {
  /** Position along the path and along the ring, in segments and their fractions. */
  readonly onPath: number;
  readonly onRing: number;
  readonly point: readonly [number, number];
}

/**
 * The outline with the piece between the first and the last crossing of a drawn path replaced by the path (on-the-fly correction).
 * Of the two ways round the ring the one is kept that changes the area less. Undefined where the path does not cross one ring twice
 * from a side back to the same side: then it corrects no piece of it.
 * @param rings even–odd outline, mm
 * @param path u, v of each point drawn, open, mm
 */
export function replacePiece(rings: readonly Ring[], path: Ring): Ring[] | undefined {
  const end = path.length - 2;
  if (end < 4 || isInside(rings, path[0], path[1]) !== isInside(rings, path[end], path[end + 1])) return undefined;
  const clean = normaliseRings(rings);
  let best: { ring: Ring; first: Crossing; last: Crossing } | undefined;
  for (const ring of clean) {
    const crossings = crossingsOf(ring, path);
    if (crossings.length < 2) continue;
    const [first, last] = [crossings[0], crossings[crossings.length - 1]];
    if (best === undefined || last.onPath - first.onPath > best.last.onPath - best.first.onPath)
      best = { ring, first, last };
  }
  if (best === undefined) return undefined;
  const { ring, first, last } = best;
  const drawn = piece(path, first, last);
  const others = clean.filter((other) => other !== ring);
  const before = areaOf(clean);
  const [kept] = [walk(ring, last.onRing, first.onRing, 1), walk(ring, last.onRing, first.onRing, -1)]
    .map((rest) => {
      const [closed] = simplifyRings([Float64Array.from([...drawn, ...rest])], STROKE_ERROR);
      const result = closed === undefined ? others : combineRings('xor', others, normaliseRings([closed]));
      const common = areaOf(combineRings('intersect', clean, result));
      return { result, changed: before + areaOf(result) - 2 * common };
    })
    .sort((a, b) => a.changed - b.changed);
  return [...kept.result];
}

/** Where the path crosses a ring, in the order of the path. */
function crossingsOf(ring: Ring, path: Ring): Crossing[] {
  const found: Crossing[] = [];
  for (let p = 0; p + 3 < path.length; p += 2) {
    const [x, y, dx, dy] = [path[p], path[p + 1], path[p + 2] - path[p], path[p + 3] - path[p + 1]];
    for (let i = 0; i < ring.length; i += 2) {
      const j = (i + 2) % ring.length;
      const [ex, ey] = [ring[j] - ring[i], ring[j + 1] - ring[i + 1]];
      const cross = dx * ey - dy * ex;
      if (cross === 0) continue;
      const t = ((ring[i] - x) * ey - (ring[i + 1] - y) * ex) / cross;
      const s = ((ring[i] - x) * dy - (ring[i + 1] - y) * dx) / cross;
      if (t < 0 || t >= 1 || s < 0 || s >= 1) continue;
      found.push({ onPath: p / 2 + t, onRing: i / 2 + s, point: [x + t * dx, y + t * dy] });
    }
  }
  return found.sort((a, b) => a.onPath - b.onPath);
}

/** The path from one crossing to the other, both ends included. */
function piece(path: Ring, first: Crossing, last: Crossing): number[] {
  const points = [...first.point];
  for (let i = Math.floor(first.onPath) + 1; i <= Math.floor(last.onPath); i++)
    points.push(path[2 * i], path[2 * i + 1]);
  return [...points, ...last.point];
}

/** The ring's vertices on the way from one place on it to another, forwards or backwards. */
function walk(ring: Ring, from: number, to: number, step: 1 | -1): number[] {
  const count = ring.length / 2;
  const points: number[] = [];
  const [start, stop] = step === 1 ? [Math.floor(from) + 1, Math.floor(to)] : [Math.floor(from), Math.floor(to) + 1];
  let ways = step === 1 ? stop - start + 1 : start - stop + 1;
  const straight = step === 1 ? to >= from : to <= from;
  if (!straight) ways += count;
  for (let n = 0, i = start; n < ways; n++, i += step) {
    const at = ((i % count) + count) % count;
    points.push(ring[2 * at], ring[2 * at + 1]);
  }
  return points;
}
