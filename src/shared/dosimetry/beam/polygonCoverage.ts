import { Clipper, FillRule, type PathsD } from 'clipper2-ts';
import type { FluenceLattice } from './fluenceMap.ts';

/** Decimals of mm that the union keeps. */
const PRECISION = 4;

/**
 * Share of every pixel's area (0..1, x fastest) that lies inside at least one of the closed polygons (x, y, x, y … in mm), exact for
 * straight edges. A polygon that runs into itself to spare a hole keeps its hole.
 */
export function polygonCoverage(polygons: readonly (readonly number[])[], lattice: FluenceLattice): Float64Array {
  const rings = polygons.flatMap((polygon) => Clipper.unionD([pathOf(polygon)], [], FillRule.NonZero, PRECISION));
  const outline = Clipper.unionD(rings, [], FillRule.NonZero, PRECISION);
  const { width, height } = lattice;
  // Coverage as differences along each row; `rest` is what the next pixel gains beyond an edge.
  const steps = new Float64Array((width + 1) * height);
  for (const ring of outline)
    ring.forEach((from, n) =>
      addEdge(steps, toPixels(from, lattice), toPixels(ring[(n + 1) % ring.length], lattice), lattice),
    );
  const coverage = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    let inside = 0;
    for (let x = 0; x < width; x++) {
      inside += steps[y * (width + 1) + x];
      coverage[y * width + x] = Math.min(1, Math.max(0, inside));
    }
  }
  return coverage;
}

function pathOf(polygon: readonly number[]): PathsD[number] {
  const path = Array.from({ length: polygon.length / 2 }, (_, n) => ({ x: polygon[2 * n], y: polygon[2 * n + 1] }));
  return Clipper.areaD(path) < 0 ? path.toReversed() : path;
}

type Point = readonly [x: number, y: number];

const toPixels = ({ x, y }: { readonly x: number; readonly y: number }, lattice: FluenceLattice): Point => [
  (x - lattice.x0) / lattice.pixel,
  (y - lattice.y0) / lattice.pixel,
];

/** What lies to the right of an edge that runs down is inside (outer rings run anticlockwise); of one that runs up, outside. */
function addEdge(steps: Float64Array, from: Point, to: Point, { width, height }: FluenceLattice): void {
  const [lower, upper, sign] = from[1] > to[1] ? [to, from, 1] : [from, to, -1];
  const first = Math.max(0, Math.floor(lower[1]));
  const last = Math.min(height - 1, Math.ceil(upper[1]) - 1);
  const slope = (upper[0] - lower[0]) / (upper[1] - lower[1]);
  for (let y = first; y <= last; y++) {
    const [low, high] = [Math.max(y, lower[1]), Math.min(y + 1, upper[1])];
    if (high <= low) continue;
    const [a, b] = [lower[0] + slope * (low - lower[1]), lower[0] + slope * (high - lower[1])];
    addSpan(
      steps.subarray(y * (width + 1), (y + 1) * (width + 1)),
      Math.min(a, b),
      Math.max(a, b),
      sign * (high - low),
      width,
    );
  }
}

/** The part of one pixel row to the right of an edge that crosses it from `left` to `right` over `rise` of its height. */
function addSpan(row: Float64Array, left: number, right: number, rise: number, width: number): void {
  let before = 0;
  for (let x = Math.max(0, Math.floor(left)); x <= width; x++) {
    const share = rise * meanRightOf(left, right, x);
    row[x] += share - before;
    before = share;
    if (x >= right) return;
  }
}

/** Mean over u in [left, right] of the part of pixel [x, x + 1] that lies beyond u. */
function meanRightOf(left: number, right: number, x: number): number {
  if (right - left < 1e-12) return Math.min(1, Math.max(0, x + 1 - left));
  const primitive = (u: number): number => {
    if (u <= x) return u;
    const inside = Math.min(u, x + 1) - x;
    return x + inside - (inside * inside) / 2;
  };
  return (primitive(right) - primitive(left)) / (right - left);
}
