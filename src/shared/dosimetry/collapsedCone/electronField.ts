import type { BeamFrame } from '../beam/beamFrame.ts';
import type { Filtration } from '../beam/filtration.ts';
import { type FluenceMap, meanFluence } from '../beam/fluenceMap.ts';
import type { Machine } from '../machine/machine.ts';
import { type LocalGrid, type MassPath, traceToSource } from './rayTrace.ts';
import type { Planes } from './primaryField.ts';
import { visitPlane } from './visitPlane.ts';

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
  const { source, sad } = frame;
  const path: MassPath = { water: 0, bone: 0 };
  const last = Math.exp(-attenuation * range);
  const first = planes[0] * grid.dims[0] * grid.dims[1];
  visitPlane(grid, frame, k, (voxel, i, j, x, y, _project, squared) => {
    const share = meanFluence(map, x, y, map.pixel, map.pixel);
    if (share <= least) return;
    traceToSource(grid, i, j, k, source, path, range);
    const depth = path.water + path.bone + (filtration === undefined ? 0 : filtration.absorberAt(x, y));
    if (depth >= range) return;
    const fall = (Math.exp(-attenuation * depth) - last) / (1 - last);
    dose[voxel - first] += unit * share * weight * fall * ((sad * sad) / squared);
  });
}
