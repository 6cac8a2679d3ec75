import type { Ring } from './rings.ts';

/** A 2-D lattice of square-cornered pixels; pixel (0,0) has its centre at (u0, v0), mm. */
export interface Lattice {
  readonly width: number;
  readonly height: number;
  readonly u0: number;
  readonly v0: number;
  readonly du: number;
  readonly dv: number;
}

/**
 * Exact fraction of each pixel's area inside normalised rings (signed-area accumulation along scan lines, as font rasterizers
 * do: each edge adds its covered area to the pixels it crosses and a running sum along the row fills the interior).
 * @returns width·height values 0..1, u fastest.
 */
export function areaCoverage(normalised: readonly Ring[], lattice: Lattice): Float32Array {
  const { width, height, u0, v0, du, dv } = lattice;
  const stride = width + 2;
  const delta = new Float64Array(stride * height);
  for (const ring of normalised)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
      addEdge(
        delta,
        width,
        height,
        (ring[j] - u0) / du + 0.5,
        (ring[j + 1] - v0) / dv + 0.5,
        (ring[i] - u0) / du + 0.5,
        (ring[i + 1] - v0) / dv + 0.5,
      );

  const coverage = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += delta[row * stride + column];
      const value = Math.abs(sum);
      // Cancellation leaves residues of 1e-12 outside and next to 1 inside.
      coverage[row * width + column] = value < 1e-9 ? 0 : Math.min(1, value);
    }
  }
  return coverage;
}

function addEdge(
  delta: Float64Array,
  width: number,
  height: number,
  xa: number,
  ya: number,
  xb: number,
  yb: number,
): void {
  if (ya === yb) return;
  const direction = ya < yb ? 1 : -1;
  const [x0, y0, x1, y1] = ya < yb ? [xa, ya, xb, yb] : [xb, yb, xa, ya];
  const slope = (x1 - x0) / (y1 - y0);
  const first = Math.max(0, Math.floor(y0));
  const last = Math.min(height, Math.ceil(y1));
  for (let row = first; row < last; row++) {
    const top = Math.max(row, y0);
    const bottom = Math.min(row + 1, y1);
    addRowSegment(
      delta,
      row * (width + 2),
      width,
      x0 + (top - y0) * slope,
      x0 + (bottom - y0) * slope,
      (bottom - top) * direction,
    );
  }
}

/** A piece of an edge inside one row, from x = a to x = b, spanning `d` of the row's height (signed). */
function addRowSegment(delta: Float64Array, row: number, width: number, a: number, b: number, d: number): void {
  const [x0, x1] = a < b ? [a, b] : [b, a];
  if (x0 >= width) return;
  if (x1 <= 0) {
    delta[row] += d;
    return;
  }
  if (x0 < 0) {
    const part = (d * -x0) / (x1 - x0);
    delta[row] += part;
    addRowSegment(delta, row, width, 0, x1, d - part);
    return;
  }
  if (x1 > width) {
    addRowSegment(delta, row, width, x0, width, (d * (width - x0)) / (x1 - x0));
    return;
  }
  const left = Math.floor(x0);
  const right = Math.ceil(x1);
  if (right <= left + 1) {
    const inside = d * ((x0 + x1) / 2 - left);
    delta[row + left] += d - inside;
    delta[row + left + 1] += inside;
    return;
  }
  // Slanted across several pixels: the area to the right of the edge grows by a triangle, then trapezoids, then a triangle.
  const perPixel = 1 / (x1 - x0);
  let covered = 0;
  for (let column = left; column < right; column++) {
    const from = Math.max(x0, column);
    const to = Math.min(x1, column + 1);
    const area = (to - from) * (((from - x0) * perPixel + (to - x0) * perPixel) / 2) + (column + 1 - to);
    delta[row + column] += d * (area - covered);
    covered = area;
  }
  delta[row + right] += d * (1 - covered);
}
