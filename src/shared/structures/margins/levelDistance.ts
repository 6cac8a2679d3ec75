import { nearestSites } from './featureTransform.ts';
import { surfaceFeet } from './surfaceDistance.ts';

/** How far beyond the level distances are made exact, in voxel diagonals. */
const BEYOND = 1.5;

/**
 * Signed Euclidean distance (mm, negative inside) to the zero level of `field`, good to a fraction of a voxel where it is about `level`,
 * so that its outline at that level can be drawn; elsewhere only on the right side of the level. As surfaceDistance, but work is done
 * between the surface and the level alone: there each voxel starts with the surface point of the nearest site and takes its
 * neighbours' points where they are nearer, once forwards and once backwards (after Danielsson, Comput. Graph. Image Process. 14
 * (1980) 227).
 */
export function levelDistance(
  field: Float32Array,
  dims: readonly [number, number, number],
  spacing: readonly [number, number, number],
  level: number,
): Float32Array {
  const { sites, feet } = surfaceFeet(field, dims, spacing);
  const diagonal = Math.hypot(...spacing);
  const reach = Math.abs(level) + (BEYOND + 1) * diagonal;
  const nearest = nearestSites(sites, dims, spacing, reach);
  const distance = new Float32Array(field.length);
  // The voxels beside the surface, on either side, know its points; from there they are carried to the level and beyond.
  const low = Math.min(-diagonal, level - BEYOND * diagonal);
  const high = Math.max(diagonal, level + BEYOND * diagonal);
  const shell = new Int32Array(field.length);
  let count = 0;
  const [nx, ny, nz] = dims;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const foot = 3 * nearest[p];
        let away = reach;
        if (foot >= 0) {
          const x = feet[foot] - i * spacing[0];
          const y = feet[foot + 1] - j * spacing[1];
          const z = feet[foot + 2] - k * spacing[2];
          away = Math.sqrt(x * x + y * y + z * z);
        }
        const signed = field[p] < 0 ? -away : away;
        distance[p] = signed;
        const within = foot >= 0 && signed >= low && signed <= high;
        // The frame has no neighbours beyond it.
        if (within && i > 0 && j > 0 && k > 0 && i < nx - 1 && j < ny - 1 && k < nz - 1) shell[count++] = p;
      }
  refine(shell.subarray(0, count), { distance, nearest, feet, dims, spacing });
  return distance;
}

interface Refined {
  readonly distance: Float32Array;
  readonly nearest: Int32Array;
  readonly feet: Float32Array;
  readonly dims: readonly [number, number, number];
  readonly spacing: readonly [number, number, number];
}

/** Lets the voxels of a shell, in rising order and none of them in the grid's frame, take the nearer surface points of their neighbours. */
function refine(shell: Int32Array, { distance, nearest, feet, dims, spacing }: Refined): void {
  const [nx, ny] = dims;
  const layer = nx * ny;
  // The 13 neighbours that come before a voxel; the others come after it.
  const before: number[] = [];
  for (let dk = -1; dk <= 0; dk++)
    for (let dj = -1; dj <= 1; dj++)
      for (let di = -1; di <= 1; di++) {
        const step = di + nx * dj + layer * dk;
        if (dk < 0 || dj < 0 || (dj === 0 && di < 0)) before.push(step);
      }
  const [dx, dy, dz] = spacing;
  const improve = (p: number, sign: number): void => {
    const k = Math.floor(p / layer);
    const j = Math.floor((p - k * layer) / nx);
    const x = (p - k * layer - j * nx) * dx;
    const y = j * dy;
    const z = k * dz;
    const old = distance[p];
    let own = nearest[p];
    let best = old * old;
    for (let n = 0; n < before.length; n++) {
      const step = before[n];
      const site = nearest[p + sign * step];
      if (site === own || site < 0) continue;
      const fx = feet[3 * site] - x;
      const fy = feet[3 * site + 1] - y;
      const fz = feet[3 * site + 2] - z;
      const d = fx * fx + fy * fy + fz * fz;
      if (d < best) {
        best = d;
        own = site;
      }
    }
    if (own === nearest[p]) return;
    nearest[p] = own;
    distance[p] = old < 0 ? -Math.sqrt(best) : Math.sqrt(best);
  };
  for (const p of shell) improve(p, 1);
  for (let n = shell.length - 1; n >= 0; n--) improve(shell[n], -1);
}
