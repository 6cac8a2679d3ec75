import type { BeamFrame } from '../beam/beamFrame.ts';
import type { Filtration } from '../beam/filtration.ts';
import { type FluenceMap, meanFluence } from '../beam/fluenceMap.ts';
import type { Machine } from '../machine/machine.ts';
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
  for (let k = planes[0]; k < planes[1]; k++) {
    await pause();
    addPlane(grid, frame, map, filtration, electrons, kerma * scale, NEGLIGIBLE * meterset, planes, k, dose);
  }
}

function addPlane(
  grid: LocalGrid,
  frame: BeamFrame,
  map: FluenceMap,
  filtration: Filtration | undefined,
  { weight, attenuation, range }: Machine['beam']['electrons'],
  unit: number,
  least: number,
  planes: Planes,
  k: number,
  dose: Float32Array,
): void {
  const [nx, ny] = grid.dims;
  const [hx, hy, hz] = grid.spacing;
  const { source, sad } = frame;
  const [tx, ty, tz] = frame.travel;
  const [xx, xy, xz] = frame.x;
  const [yx, yy, yz] = frame.y;
  const path: MassPath = { water: 0, bone: 0 };
  const last = Math.exp(-attenuation * range);
  const vz = k * hz - source[2];
  let voxel = k * nx * ny;
  let at = voxel - planes[0] * nx * ny;
  for (let j = 0; j < ny; j++) {
    const vy = j * hy - source[1];
    for (let i = 0; i < nx; i++, at++, voxel++) {
      if (grid.density[voxel] <= 0) continue;
      const vx = i * hx - source[0];
      const along = vx * tx + vy * ty + vz * tz;
      if (along <= 0) continue;
      const project = (sad / along) * 10;
      const x = (vx * xx + vy * xy + vz * xz) * project;
      const y = (vx * yx + vy * yy + vz * yz) * project;
      const share = meanFluence(map, x, y, map.pixel, map.pixel);
      if (share <= least) continue;
      traceToSource(grid, i, j, k, source, path, range);
      const depth = path.water + path.bone + (filtration === undefined ? 0 : filtration.absorberAt(x, y));
      if (depth >= range) continue;
      const squared = vx * vx + vy * vy + vz * vz;
      const fall = (Math.exp(-attenuation * depth) - last) / (1 - last);
      dose[at] += unit * share * weight * fall * ((sad * sad) / squared);
    }
  }
}
