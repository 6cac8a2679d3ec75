import type { Machine } from '../machine/machine.ts';

/** Pixels of the isocenter plane (BLD x, y in mm). */
export interface FluenceLattice {
  readonly pixel: number;
  readonly width: number;
  readonly height: number;
  /** Lower corner of the first pixel. */
  readonly x0: number;
  readonly y0: number;
}

/** A map at the isocenter plane, kept as sums over everything below and left of a pixel corner. */
export interface FluenceMap extends FluenceLattice {
  /** (width + 1)·(height + 1) sums, x fastest. */
  readonly sums: Float64Array;
}

/** How far beyond the jaws' limits the primary collimator still lets (transmitted) radiation out, mm. */
const OUTSIDE = 50;

/** A square lattice about the axis over all a machine can irradiate; its half side is a multiple of `pixel` and of `step` mm. */
export function latticeOf(machine: Machine, pixel: number, step: number): FluenceLattice {
  const { jawX, jawY } = machine.limits;
  const half = Math.ceil((Math.max(...[...jawX, ...jawY].map(Math.abs)) + OUTSIDE) / step) * step;
  const width = Math.round((2 * half) / pixel);
  return { pixel, width, height: width, x0: -half, y0: -half };
}

/** Pixel values (x fastest) to a map. */
export function fluenceMap(values: Float64Array, lattice: FluenceLattice): FluenceMap {
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
