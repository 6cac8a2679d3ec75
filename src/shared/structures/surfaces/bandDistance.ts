import type { Lattice } from '../contours/coverage.ts';
import type { Ring } from '../contours/rings.ts';

/** Edges are measured in pieces of this many bands, so that a long slanting edge does not visit the whole box round it. */
const PIECE = 2;

/**
 * Signed distance in mm from each lattice pixel's centre to the outline, negative inside, exact up to `band` and ±band beyond.
 * @param normalised rings of one plane (nothing crosses, so a line through them changes sides at each)
 */
export function bandDistance(normalised: readonly Ring[], lattice: Lattice, band: number): Float32Array {
  const { width, height, u0, v0, du, dv } = lattice;
  const squared = new Float32Array(width * height).fill(band * band);
  for (const ring of normalised)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [eu, ev] = [ring[i] - ring[j], ring[i + 1] - ring[j + 1]];
      const pieces = Math.max(1, Math.ceil(Math.hypot(eu, ev) / (PIECE * band)));
      for (let piece = 0; piece < pieces; piece++)
        nearEdge(squared, lattice, band, [
          ring[j] + (piece / pieces) * eu,
          ring[j + 1] + (piece / pieces) * ev,
          eu / pieces,
          ev / pieces,
        ]);
    }
  const distance = squared.map(Math.sqrt);
  const crossings: number[][] = Array.from({ length: height }, () => []);
  for (const ring of normalised)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [au, av, bu, bv] = [ring[j], ring[j + 1], ring[i], ring[i + 1]];
      const first = Math.max(0, Math.ceil((Math.min(av, bv) - v0) / dv));
      const last = Math.min(height - 1, Math.ceil((Math.max(av, bv) - v0) / dv) - 1);
      for (let y = first; y <= last; y++) crossings[y].push(au + ((v0 + y * dv - av) * (bu - au)) / (bv - av));
    }
  for (const [y, row] of crossings.entries()) {
    row.sort((a, b) => a - b);
    for (let n = 0; n + 1 < row.length; n += 2) {
      const last = Math.min(width - 1, Math.floor((row[n + 1] - u0) / du));
      for (let x = Math.max(0, Math.ceil((row[n] - u0) / du)); x <= last; x++) distance[y * width + x] *= -1;
    }
  }
  return distance;
}

/** Lowers the squared distances round the segment from (u, v) to (u + eu, v + ev). */
function nearEdge(
  squared: Float32Array,
  { width, height, u0, v0, du, dv }: Lattice,
  band: number,
  [u, v, eu, ev]: readonly [number, number, number, number],
): void {
  const x0 = Math.max(0, Math.ceil((Math.min(u, u + eu) - band - u0) / du));
  const x1 = Math.min(width - 1, Math.floor((Math.max(u, u + eu) + band - u0) / du));
  const y0 = Math.max(0, Math.ceil((Math.min(v, v + ev) - band - v0) / dv));
  const y1 = Math.min(height - 1, Math.floor((Math.max(v, v + ev) + band - v0) / dv));
  const length = eu * eu + ev * ev;
  const scale = length === 0 ? 0 : 1 / length;
  for (let y = y0; y <= y1; y++)
    for (let x = x0; x <= x1; x++) {
      const [pu, pv] = [u0 + x * du - u, v0 + y * dv - v];
      const along = (pu * eu + pv * ev) * scale;
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const [ou, ov] = [pu - t * eu, pv - t * ev];
      const d = ou * ou + ov * ov;
      if (d < squared[y * width + x]) squared[y * width + x] = d;
    }
}
