import { dot, type Vec3 } from '../geometry/vec.ts';
import type { BeamFrame } from './beam/beamFrame.ts';
import type { Filtration } from './beam/filtration.ts';
import { type FluenceMap, meanFluence } from './beam/fluenceMap.ts';
import type { Machine } from './machine.ts';
import { type LocalGrid, type MassPath, traceToSource } from './rayTrace.ts';
import type { Planes } from './primaryField.ts';

/** Electrons below this share of a wide open beam's are left out. */
const NEGLIGIBLE = 1e-3;

/**
 * Adds the dose of contaminating electrons to `dose` (Gy·cm² per unit primary fluence): the blurred opening, 1/r² from the source,
 * exp(−k·d) less its value at the range over the radiological depth d with any wedge, scaled to be `weight` times `kerma` at the surface.
 * @param kerma of the open primary beam on the axis in water at the isocenter distance.
 * @param meterset share of the beam's that the map stands for.
 * @param scale from that unit to the one asked for.
 * @param planes of the grid that `dose` holds.
 * @param pause awaited between planes: where a cancel is seen.
 */
export async function addElectrons(
  grid: LocalGrid,
  frame: BeamFrame,
  map: FluenceMap,
  filtration: Filtration | undefined,
  electrons: Machine['beam']['electrons'],
  kerma: number,
  meterset: number,
  scale: number,
  planes: Planes,
  dose: Float32Array,
  pause: () => Promise<void>,
): Promise<void> {
  const { weight, attenuation, range } = electrons;
  const [nx, ny] = grid.dims;
  const [hx, hy, hz] = grid.spacing;
  const { source, sad } = frame;
  const path: MassPath = { water: 0, bone: 0 };
  const least = NEGLIGIBLE * meterset;
  const last = Math.exp(-attenuation * range);
  let voxel = planes[0] * nx * ny;
  let at = 0;
  for (let k = planes[0]; k < planes[1]; k++) {
    await pause();
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++, voxel++) {
        if (grid.density[voxel] <= 0) continue;
        const v: Vec3 = [i * hx - source[0], j * hy - source[1], k * hz - source[2]];
        const along = dot(v, frame.travel);
        if (along <= 0) continue;
        const project = (sad / along) * 10;
        const [x, y] = [dot(v, frame.x) * project, dot(v, frame.y) * project];
        const share = meanFluence(map, x, y, map.pixel, map.pixel);
        if (share <= least) continue;
        traceToSource(grid, i, j, k, source, path, range);
        const depth = path.water + path.bone + (filtration?.absorberAt(x, y) ?? 0);
        if (depth >= range) continue;
        const squared = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        const fall = (Math.exp(-attenuation * depth) - last) / (1 - last);
        dose[at] += scale * share * weight * kerma * fall * ((sad * sad) / squared);
      }
  }
}
