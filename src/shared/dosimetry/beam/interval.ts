import { type Edge, opennessAt } from './edge.ts';

/** An opening between two edges, pixel by pixel along one axis: how open each side alone leaves it. */
export interface Interval {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Pixels along one axis of a map: the lower corner of the first, their size, how many. */
export interface Pixels {
  readonly start: number;
  readonly pixel: number;
  readonly count: number;
}

/** The opening from `from` to `to` (mm, as they appear on the isocenter plane); ±Infinity for none on that side. */
export function intervalOf(edge: Edge, from: number, to: number, pixels: Pixels): Interval {
  const low = new Float64Array(pixels.count);
  const high = new Float64Array(pixels.count);
  for (let n = 0; n < pixels.count; n++) {
    const at = pixels.start + (n + 0.5) * pixels.pixel;
    low[n] = opennessAt(edge, at - from);
    high[n] = opennessAt(edge, to - at);
  }
  return { low, high };
}

/** What is open at a pixel. */
export function openAt(a: Interval, n: number): number {
  return Math.max(0, a.low[n] + a.high[n] - 1);
}

/**
 * What is open at a pixel through two openings one above the other: on each side the nearer edge alone decides, because both cut the
 * same source (exact for a Gaussian source and edges of no thickness).
 */
export function bothAt(a: Interval, b: Interval, n: number): number {
  return Math.max(0, Math.min(a.low[n], b.low[n]) + Math.min(a.high[n], b.high[n]) - 1);
}

/** As bothAt through three openings. */
export function allAt(a: Interval, b: Interval, c: Interval, n: number): number {
  return Math.max(0, Math.min(a.low[n], b.low[n], c.low[n]) + Math.min(a.high[n], b.high[n], c.high[n]) - 1);
}
