/**
 * Openness beside the edge of a collimator as a source of finite size sees it: 0 deep in its shadow, 1 far in the open, averaged over
 * a pixel. `values[n]` belongs to the pixel whose middle lies n·step − reach mm inside the opening.
 */
export interface Edge {
  readonly reach: number;
  readonly step: number;
  readonly values: Float64Array;
}

/** Parts of a leaf end that open one behind the other: `depth` mm behind the tip a share `weight` of the openness is gone. */
export interface Tip {
  readonly depth: number;
  readonly weight: number;
}

/** An end without thickness. */
const SHARP: readonly Tip[] = [{ depth: 0, weight: 1 }];

/** Table nodes a pixel; the ramp of a sharp edge over a pixel begins and ends on nodes. */
const NODES = 8;

/** The edge that a Gaussian source of `sigma` (projected to the isocenter plane, mm) casts on pixels of `pixel` mm. */
export function edgeOf(pixel: number, sigma: number, tip: readonly Tip[] = SHARP): Edge {
  const step = pixel / NODES;
  const deepest = Math.max(...tip.map(({ depth }) => depth));
  const half = Math.ceil((5.5 * sigma + deepest + pixel) / step);
  const values = Float64Array.from({ length: 2 * half + 1 }, (_, n) =>
    tip.reduce((sum, { depth, weight }) => sum + weight * pixelMean((n - half) * step + depth, pixel, sigma), 0),
  );
  return { reach: half * step, step, values };
}

/** Openness of the pixel whose middle lies `inside` mm within the opening. */
export function opennessAt(edge: Edge, inside: number): number {
  const at = (inside + edge.reach) / edge.step;
  if (at <= 0) return 0;
  const n = Math.floor(at);
  if (n >= edge.values.length - 1) return 1;
  return edge.values[n] + (at - n) * (edge.values[n + 1] - edge.values[n]);
}

/** Openness gained per mm that the pixel's middle lies further inside: the slope of `opennessAt`. */
export function opennessSlope({ reach, step, values }: Edge, inside: number): number {
  const at = (inside + reach) / step;
  const n = Math.floor(at);
  return at <= 0 || n >= values.length - 1 ? 0 : (values[n + 1] - values[n]) / step;
}

/**
 * Openness behind the tip of a rounded leaf end: a ray that passes `p` behind the tangent crosses 2·√(2Rp − p²) of the leaf, at most its
 * thickness, and is attenuated as the leaf's transmission over its thickness says. Depths at the isocenter plane.
 */
export function roundedTip(
  { radius, thickness }: { readonly radius: number; readonly thickness: number },
  transmission: number,
  magnification: number,
): readonly Tip[] {
  if (radius === 0) return SHARP;
  const steps = 32;
  const half = Math.min(thickness / 2, radius);
  const full = radius - Math.sqrt(radius * radius - half * half);
  // Opaque leaves still have tips; a millionth is as good as nothing.
  const least = Math.max(transmission, 1e-6);
  const openness = (p: number): number =>
    p >= full ? 0 : (least ** ((2 * Math.sqrt(2 * radius * p - p * p)) / thickness) - least) / (1 - least);
  // Finer towards the tip, where the path through the leaf grows as the root of the depth.
  const depth = (n: number): number => full * (n / steps) ** 2;
  return Array.from({ length: steps }, (_, n) => ({
    depth: ((depth(n) + depth(n + 1)) / 2) * magnification,
    weight: openness(depth(n)) - openness(depth(n + 1)),
  }));
}

/** Mean over a pixel around t of Φ(t/σ); of the step at 0 without blur. */
function pixelMean(t: number, pixel: number, sigma: number): number {
  if (sigma === 0) return Math.min(1, Math.max(0, t / pixel + 0.5));
  return (cumulative(t + pixel / 2, sigma) - cumulative(t - pixel / 2, sigma)) / pixel;
}

/** ∫ Φ(t/σ) dt = t·Φ(t/σ) + σ·φ(t/σ). */
function cumulative(t: number, sigma: number): number {
  const z = t / sigma;
  return t * normalDistribution(z) + (sigma * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Φ(z), within 1e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17). */
function normalDistribution(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}
