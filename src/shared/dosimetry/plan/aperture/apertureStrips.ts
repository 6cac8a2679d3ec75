import { combineRings, type Ring, signedArea } from '../../../structures/contours/rings.ts';

/**
 * Where leaf ends stand against the outline within the strip of a pair: `outside` covers none of it, `inside` opens nothing beyond it,
 * `middle` meets it in the middle of the strip.
 */
export type LeafEndRule = 'outside' | 'middle' | 'inside';

export type Span = readonly [low: number, high: number];

/** Beside a corner, mm. */
const BESIDE = 1e-6;

/** An outline as leaves see it: a along their travel, b across it; from leaves along x or along y. */
export const stripOutline = (rings: readonly Ring[], alongX: boolean): readonly Ring[] =>
  alongX
    ? rings
    : rings.map((ring) => {
        const swapped = new Float64Array(ring.length);
        for (let i = 0; i < ring.length; i += 2) [swapped[i], swapped[i + 1]] = [ring[i + 1], ring[i]];
        return swapped;
      });

/** Between which positions a pair opens for an outline by a rule; undefined where it stays shut. */
export function openedBy(rings: readonly Ring[], low: number, high: number, rule: LeafEndRule): Span | undefined {
  if (rule === 'outside') return extentInBand(rings, low, high);
  if (rule === 'middle') return crossingExtent(rings, (low + high) / 2);
  return commonExtent(rings, low, high);
}

/** Outermost positions of the outline inside a strip; undefined when it does not reach into it. */
function extentInBand(rings: readonly Ring[], low: number, high: number): Span | undefined {
  let [from, to] = [Infinity, -Infinity];
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [a0, b0, a1, b1] = [ring[j], ring[j + 1], ring[i], ring[i + 1]];
      if (Math.max(b0, b1) <= low || Math.min(b0, b1) >= high) continue;
      const at = (b: number): number => (b1 === b0 ? a0 : a0 + ((b - b0) / (b1 - b0)) * (a1 - a0));
      const clip = (a: number, b: number): number => (b < low ? at(low) : b > high ? at(high) : a);
      const [start, end] = [clip(a0, b0), clip(a1, b1)];
      from = Math.min(from, start, end);
      to = Math.max(to, start, end);
    }
  return to >= from ? [from, to] : undefined;
}

/** Outermost crossings of the outline with the line at b. */
function crossingExtent(rings: readonly Ring[], b: number): Span | undefined {
  let [from, to] = [Infinity, -Infinity];
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [b0, b1] = [ring[j + 1], ring[i + 1]];
      if (b0 > b === b1 > b) continue;
      const a = ring[j] + ((b - b0) / (b1 - b0)) * (ring[i] - ring[j]);
      from = Math.min(from, a);
      to = Math.max(to, a);
    }
  return to >= from ? [from, to] : undefined;
}

/**
 * What lies between the outermost crossings at every b of the strip. They run straight between corners of the outline, so they are looked at
 * on both sides of each.
 */
function commonExtent(rings: readonly Ring[], low: number, high: number): Span | undefined {
  const corners = [low + BESIDE, high - BESIDE];
  for (const ring of rings)
    for (let i = 1; i < ring.length; i += 2)
      if (ring[i] > low && ring[i] < high) corners.push(ring[i] - BESIDE, ring[i] + BESIDE);
  let [from, to] = [-Infinity, Infinity];
  for (const b of corners) {
    if (b <= low || b >= high) continue;
    const span = crossingExtent(rings, b);
    if (span === undefined) return undefined;
    from = Math.max(from, span[0]);
    to = Math.min(to, span[1]);
  }
  return to > from ? [from, to] : undefined;
}

const bandOf = ([from, to]: Span, low: number, high: number): Ring =>
  Float64Array.of(from, low, to, low, to, high, from, high);

/**
 * The part of an opening that spares `forbidden` over the whole width of the strip and holds the most of `wanted`; undefined where
 * nothing of it is left.
 */
export function sparing(
  opening: Span,
  wanted: readonly Ring[],
  forbidden: readonly Ring[],
  low: number,
  high: number,
): Span | undefined {
  const taken = combineRings('intersect', forbidden, [bandOf(opening, low, high)])
    .flatMap((ring) => {
      const span = extentInBand([ring], -Infinity, Infinity);
      return span === undefined ? [] : [span];
    })
    .sort((a, b) => a[0] - b[0]);
  const free: Span[] = [];
  let from = opening[0];
  for (const [start, end] of taken) {
    if (start > from) free.push([from, start]);
    from = Math.max(from, end);
  }
  if (opening[1] > from) free.push([from, opening[1]]);
  let [best, most] = [undefined as Span | undefined, 0];
  for (const span of free) {
    const area = combineRings('intersect', wanted, [bandOf(span, low, high)]).reduce(
      (sum, ring) => sum + signedArea(ring),
      0,
    );
    if (area > most) [best, most] = [span, area];
  }
  return best;
}
