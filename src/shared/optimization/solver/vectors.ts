/** Sum of products of two vectors of one length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Bounds of every variable; −∞ and +∞ where there is none. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** ‖P(x − g) − x‖∞ with P the projection on the bounds: zero at a stationary point. */
export function projectedGradientNorm(x: Float64Array, gradient: Float64Array, { lower, upper }: Bounds): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    most = Math.max(most, Math.abs(clamp(x[i] - gradient[i], lower[i], upper[i]) - x[i]));
  }
  return most;
}
