import type { Lattice } from '../contours/coverage.ts';
import { areaCoverage } from '../contours/coverage.ts';
import { spreadFeet } from './spreadFeet.ts';
import type { Ring } from '../contours/rings.ts';

/**
 * Signed distance in mm from each lattice pixel's centre to the outline, negative inside. Pixels within 1.5 pixels of an edge
 * know their nearest outline point exactly; all others take it from those (see spreadFeet).
 * @param normalised rings of one plane
 */
export function planarDistance(normalised: readonly Ring[], lattice: Lattice): Float32Array {
  const { width, height, u0, v0, du, dv } = lattice;
  const count = width * height;
  const best = new Float32Array(count).fill(Infinity);
  const [feetU, feetV] = [new Float32Array(count), new Float32Array(count)];
  const band = 1.5 * Math.max(du, dv);
  for (const ring of normalised)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [au, av, bu, bv] = [ring[j], ring[j + 1], ring[i], ring[i + 1]];
      const [eu, ev] = [bu - au, bv - av];
      const squared = eu * eu + ev * ev;
      const x0 = Math.max(0, Math.ceil((Math.min(au, bu) - band - u0) / du));
      const x1 = Math.min(width - 1, Math.floor((Math.max(au, bu) + band - u0) / du));
      const y0 = Math.max(0, Math.ceil((Math.min(av, bv) - band - v0) / dv));
      const y1 = Math.min(height - 1, Math.floor((Math.max(av, bv) + band - v0) / dv));
      for (let y = y0; y <= y1; y++)
        for (let x = x0, p = y * width + x0; x <= x1; x++, p++) {
          const pu = u0 + x * du - au;
          const pv = v0 + y * dv - av;
          const along = squared === 0 ? 0 : (pu * eu + pv * ev) / squared;
          const t = along < 0 ? 0 : along > 1 ? 1 : along;
          const fu = t * eu;
          const fv = t * ev;
          const distance = (pu - fu) * (pu - fu) + (pv - fv) * (pv - fv);
          if (distance < best[p] && distance <= band * band) {
            best[p] = distance;
            feetU[p] = au + fu - u0;
            feetV[p] = av + fv - v0;
          }
        }
    }
  spreadFeet(best, feetU, feetV, lattice);
  const inside = areaCoverage(normalised, lattice);
  for (let p = 0; p < count; p++) best[p] = inside[p] >= 0.5 ? -Math.sqrt(best[p]) : Math.sqrt(best[p]);
  return best;
}
