/** Φ by the series x + x³/3 + x⁵/15 + … (Abramowitz and Stegun 26.2.11), to 1e-12; 0 or 1 beyond 8 deviations. */
export function normalCdf(t: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  if (Math.abs(t) > 8) return t > 0 ? 1 : 0;
  let [term, sum] = [t, t];
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (t * t) / k;
    sum += term;
  }
  return Math.min(1, Math.max(0, 0.5 + (sum * Math.exp((-t * t) / 2)) / Math.sqrt(2 * Math.PI)));
}

/** Where Φ is `share` (0..1, ends excluded): by halving, to 1e-12. */
export function normalQuantile(share: number): number {
  let [low, high] = [-8, 8];
  for (let n = 0; n < 64; n++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
