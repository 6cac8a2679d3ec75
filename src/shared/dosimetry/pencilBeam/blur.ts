/**
 * Values (x fastest) convolved with a normalised Gaussian of `sigma` pixels, cut at four sigma or at the map's size; beyond the edge
 * counts as 0.
 */
export function blurred(values: Float64Array, width: number, height: number, sigma: number): Float64Array {
  const along = new Float64Array(values.length);
  const weights = weightsOf(sigma, width);
  let radius = (weights.length - 1) / 2;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      // Spread from where there is something: maps are mostly empty.
      const value = values[row + x];
      if (value === 0) continue;
      const first = Math.max(0, x - radius);
      const last = Math.min(width - 1, x + radius);
      for (let n = first; n <= last; n++) along[row + n] += value * weights[n - x + radius];
    }
  }
  const out = new Float64Array(values.length);
  const across = weightsOf(sigma, height);
  radius = (across.length - 1) / 2;
  for (let from = 0; from < height; from++) {
    const row = from * width;
    let empty = true;
    for (let x = 0; x < width && empty; x++) empty = along[row + x] === 0;
    if (empty) continue;
    const first = Math.max(0, from - radius);
    const last = Math.min(height - 1, from + radius);
    for (let y = first; y <= last; y++) {
      const weight = across[y - from + radius];
      const to = y * width;
      for (let x = 0; x < width; x++) out[to + x] += weight * along[row + x];
    }
  }
  return out;
}

function weightsOf(sigma: number, size: number): Float64Array {
  const whole = Math.ceil(4 * sigma);
  const sampled = Float64Array.from({ length: 2 * whole + 1 }, (_, n) =>
    Math.exp(-((n - whole) ** 2) / (2 * sigma * sigma)),
  );
  const total = sampled.reduce((sum, weight) => sum + weight, 0);
  const radius = Math.min(whole, size);
  return sampled.subarray(whole - radius, whole + radius + 1).map((weight) => weight / total);
}
