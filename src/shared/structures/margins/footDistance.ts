import { nearestSites } from './featureTransform.ts';

/**
 * Distance in mm from each voxel's centre to a surface known by its points near some voxels (the sites).
 *
 * Each voxel starts with the surface point of the nearest site. Another site's surface point may be nearer, though: sweeps
 * in all diagonal directions let every voxel take its neighbours' points when they are (after Danielsson, Comput. Graph. Image
 * Process. 14 (1980) 227). Infinite where there are no sites.
 * @param sites non-zero marks a site, x fastest
 * @param feet x, y, z of each site's surface point in mm from voxel 0 (other voxels' entries are not read)
 */
export function footDistance(
  sites: Uint8Array,
  feet: Float32Array,
  dims: readonly [number, number, number],
  spacing: readonly [number, number, number],
): Float32Array {
  const [nx, ny, nz] = dims;
  const nearest = nearestSites(sites, dims, spacing);
  const squared = new Float32Array(sites.length).fill(Infinity);
  if (nearest.length === 0 || nearest[0] < 0) return squared;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const foot = 3 * nearest[p];
        const [x, y, z] = [
          feet[foot] - i * spacing[0],
          feet[foot + 1] - j * spacing[1],
          feet[foot + 2] - k * spacing[2],
        ];
        squared[p] = x * x + y * y + z * z;
      }
  // The first guess is never too small and at most about a voxel too large.
  for (let octant = 0; octant < 8; octant++) sweep(nearest, squared, feet, dims, spacing, octant);
  for (let p = 0; p < squared.length; p++) squared[p] = Math.sqrt(squared[p]);
  return squared;
}

/** One pass over the voxels in one of the eight diagonal directions (a bit for each axis run backwards). */
function sweep(
  nearest: Int32Array,
  squared: Float32Array,
  feet: Float32Array,
  dims: readonly number[],
  spacing: readonly number[],
  octant: number,
): void {
  const [nx, ny, nz] = dims;
  const dx = octant & 1 ? -1 : 1;
  const dy = octant & 2 ? -nx : nx;
  const dz = octant & 4 ? -nx * ny : nx * ny;
  for (let c = 0; c < nz; c++)
    for (let b = 0; b < ny; b++) {
      const j = octant & 2 ? ny - 1 - b : b;
      const k = octant & 4 ? nz - 1 - c : c;
      const [y, z] = [j * spacing[1], k * spacing[2]];
      let p = nx * (j + ny * k) + (octant & 1 ? nx - 1 : 0);
      for (let a = 0; a < nx; a++, p += dx) {
        let best = squared[p];
        const x = (octant & 1 ? nx - 1 - a : a) * spacing[0];
        let own = nearest[p];
        for (let axis = 0; axis < 3; axis++) {
          const outside = axis === 0 ? a === 0 : axis === 1 ? b === 0 : c === 0;
          if (outside) continue;
          const site = nearest[p - (axis === 0 ? dx : axis === 1 ? dy : dz)];
          if (site === own) continue;
          const [fx, fy, fz] = [feet[3 * site] - x, feet[3 * site + 1] - y, feet[3 * site + 2] - z];
          const d = fx * fx + fy * fy + fz * fz;
          if (d < best) {
            best = d;
            own = site;
          }
        }
        squared[p] = best;
        nearest[p] = own;
      }
    }
}
