/** A map at the isocenter plane (BLD x, y in mm), kept as sums over everything below and left of a pixel corner. */
export interface FluenceMap {
  readonly pixel: number;
  readonly width: number;
  readonly height: number;
  /** Lower corner of the first pixel. */
  readonly x0: number;
  readonly y0: number;
  /** (width + 1)·(height + 1) sums, x fastest. */
  readonly sums: Float64Array;
}

/** Pixel values (x fastest) to a map. */
export function fluenceMap(values: Float64Array, lattice: Omit<FluenceMap, 'sums'>): FluenceMap {
  const { width, height } = lattice;
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  return { ...lattice, sums };
}

/** Mean over the rectangle centred at (x, y) mm with sides `a` along x and `b` along y; 0 outside the map. */
export function meanFluence(map: FluenceMap, x: number, y: number, a: number, b: number): number {
  const left = (x - a / 2 - map.x0) / map.pixel;
  const right = (x + a / 2 - map.x0) / map.pixel;
  const bottom = (y - b / 2 - map.y0) / map.pixel;
  const top = (y + b / 2 - map.y0) / map.pixel;
  if (right <= 0 || top <= 0 || left >= map.width || bottom >= map.height) return 0;
  const sum =
    sumBelow(map, right, top) - sumBelow(map, left, top) - sumBelow(map, right, bottom) + sumBelow(map, left, bottom);
  return (sum * map.pixel * map.pixel) / (a * b);
}

/** Sum over pixels below and left of a point in pixel units; exact for values constant inside pixels. */
function sumBelow(map: FluenceMap, x: number, y: number): number {
  const cx = Math.min(map.width, Math.max(0, x));
  const cy = Math.min(map.height, Math.max(0, y));
  const i = Math.min(map.width - 1, Math.floor(cx));
  const j = Math.min(map.height - 1, Math.floor(cy));
  const row = map.width + 1;
  const at = j * row + i;
  const [fx, fy] = [cx - i, cy - j];
  const s = map.sums;
  const low = s[at] + fx * (s[at + 1] - s[at]);
  const high = s[at + row] + fx * (s[at + row + 1] - s[at + row]);
  return low + fy * (high - low);
}

/** Values blurred with a normalised Gaussian of `sigma` pixels, cut at four sigma; beyond the edge counts as 0. */
export function gaussianBlur(values: Float64Array, width: number, height: number, sigma: number): Float64Array {
  if (sigma <= 0) return values;
  const radius = Math.ceil(4 * sigma);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, n) =>
    Math.exp(-((n - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = new Float64Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      const [first, last] = [Math.max(0, x - radius), Math.min(width - 1, x + radius)];
      for (let n = first; n <= last; n++) sum += weights[n - x + radius] * values[y * width + n];
      along[y * width + x] = sum / total;
    }
  const out = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    const [first, last] = [Math.max(0, y - radius), Math.min(height - 1, y + radius)];
    for (let n = first; n <= last; n++) {
      const weight = weights[n - y + radius] / total;
      for (let x = 0; x < width; x++) out[y * width + x] += weight * along[n * width + x];
    }
  }
  return out;
}
