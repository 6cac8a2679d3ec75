import { grey, type Limits, type PlaneSamples } from './comparePixels.ts';

/**
 * RGBA of the edges of an image in the plane after Canny (IEEE PAMI 8:679, 1986): its windowed grey smoothed by `blur` mm, drawn where the
 * gradient is at least `threshold` (window widths a mm) and largest across the edge, so that lines are one sample wide. `scale`: CSS
 * pixels per mm. Transparent elsewhere, and near the image's border, which is no edge of anything.
 */
export function edgePixels(
  { width, height, step, values }: PlaneSamples,
  limits: Limits,
  scale: number,
  blur: number,
  threshold: number,
): Uint8ClampedArray<ArrayBuffer> {
  const perMm = scale / (2 * step);
  const windowed = new Float32Array(values.length);
  for (let p = 0; p < values.length; p++) {
    const fraction = grey(values[p], limits);
    windowed[p] = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
  }
  const clamped = smooth(windowed, width, height, (blur * scale) / step);
  const [gx, gy, size] = [0, 1, 2].map(() => new Float32Array(width * height));
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const p = y * width + x;
      gx[p] = (clamped[p + 1] - clamped[p - 1]) * perMm;
      gy[p] = (clamped[p + width] - clamped[p - width]) * perMm;
      const length = Math.sqrt(gx[p] * gx[p] + gy[p] * gy[p]);
      size[p] = Number.isNaN(length) ? 0 : length;
    }
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const p = y * width + x;
      if (size[p] < threshold) continue;
      // The neighbour across the edge: the nearest of the eight directions.
      const across = Math.round(gx[p] / size[p]) + width * Math.round(gy[p] / size[p]);
      if (size[p] < size[p + across] || size[p] <= size[p - across]) continue;
      pixels[p * 4] = 255;
      pixels[p * 4 + 1] = 225;
      pixels[p * 4 + 2] = 60;
      pixels[p * 4 + 3] = 255;
    }
  return pixels;
}

/** Gaussian of `sigma` samples along rows and columns; NaN spreads, and the border it cannot reach is NaN. */
function smooth(values: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(2 * sigma));
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const weights = kernel.map((weight) => weight / total);
  return along(along(values, width, height, 1, width, weights), height, width, width, 1, weights);
}

/** Convolves lines of `length` samples that lie `stride` apart; line n starts at n × `next`. */
function along(
  values: Float32Array,
  length: number,
  lines: number,
  stride: number,
  next: number,
  weights: readonly number[],
): Float32Array {
  const reach = (weights.length - 1) / 2;
  const out = new Float32Array(values.length).fill(Number.NaN);
  for (let line = 0; line < lines; line++)
    for (let i = reach; i < length - reach; i++) {
      const start = line * next + (i - reach) * stride;
      let sum = 0;
      for (let w = 0; w < weights.length; w++) sum += weights[w] * values[start + w * stride];
      out[line * next + i * stride] = sum;
    }
  return out;
}
