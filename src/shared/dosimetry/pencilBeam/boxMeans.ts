import type { FluenceMap } from '../beam/fluenceMap.ts';

/** A box on the isocenter plane, mm. */
export interface Box {
  readonly low: readonly [number, number];
  readonly high: readonly [number, number];
}

/** Rectangles of one size, a × b mm, whose middles lie `step` mm apart, the first at (x0, y0) mm. */
export interface Boxes {
  readonly x0: number;
  readonly y0: number;
  readonly step: number;
  readonly width: number;
  readonly height: number;
  readonly sides: readonly [number, number];
}

/**
 * Means of a fluence map over all boxes (x fastest), none counting outside `inside` or the map: what meanFluence gives for each, but
 * with every line of sums interpolated once.
 */
export function boxMeans(map: FluenceMap, { x0, y0, step, width, height, sides }: Boxes, inside?: Box): Float64Array {
  const out = new Float64Array(width * height);
  const limit = (axis: 0 | 1, count: number): readonly [number, number] => {
    const start = axis === 0 ? map.x0 : map.y0;
    const [low, high] =
      inside === undefined ? [0, count] : [inside.low[axis], inside.high[axis]].map((v) => (v - start) / map.pixel);
    return [Math.max(0, low), Math.min(count, high)];
  };
  const [left, right] = limit(0, map.width);
  const [bottom, top] = limit(1, map.height);
  if (left >= right || bottom >= top) return out;
  const edges = (side: -1 | 1): { readonly at: Int32Array; readonly part: Float64Array } => {
    const at = new Int32Array(width);
    const part = new Float64Array(width);
    for (let x = 0; x < width; x++) {
      const edge = (x0 + x * step + (side * sides[0]) / 2 - map.x0) / map.pixel;
      const held = Math.min(right, Math.max(left, edge));
      at[x] = Math.min(map.width - 1, Math.floor(held));
      part[x] = held - at[x];
    }
    return { at, part };
  };
  const [from, to] = [edges(-1), edges(1)];
  const [first, last] = [from.at[0], to.at[width - 1] + 1];
  const row = map.width + 1;
  const line = new Float64Array(row);
  const { sums } = map;
  const scale = (map.pixel * map.pixel) / (sides[0] * sides[1]);
  for (let y = 0; y < height; y++) {
    const middle = (y0 + y * step - map.y0) / map.pixel;
    const low = Math.max(bottom, middle - sides[1] / 2 / map.pixel);
    const high = Math.min(top, middle + sides[1] / 2 / map.pixel);
    if (low >= high) continue;
    const [j, k] = [Math.min(map.height - 1, Math.floor(low)), Math.min(map.height - 1, Math.floor(high))];
    const [fj, fk] = [low - j, high - k];
    const [a, b] = [j * row, k * row];
    for (let i = first; i <= last; i++)
      line[i] =
        sums[b + i] + fk * (sums[b + row + i] - sums[b + i]) - (sums[a + i] + fj * (sums[a + row + i] - sums[a + i]));
    for (let x = 0; x < width; x++) {
      const [p, q] = [from.at[x], to.at[x]];
      const below = line[p] + from.part[x] * (line[p + 1] - line[p]);
      out[y * width + x] = scale * (line[q] + to.part[x] * (line[q + 1] - line[q]) - below);
    }
  }
  return out;
}
