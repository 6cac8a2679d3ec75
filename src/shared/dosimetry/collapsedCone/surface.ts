import type { Vec3 } from '../../geometry/vec.ts';
import type { BeamFrame } from '../beam/beamFrame.ts';
import type { LocalGrid } from './rayTrace.ts';

/** Below this (g/cm³) a voxel is taken for air in front of the surface. */
const AIR = 0.05;

/**
 * Distance in cm from the source to where the beam axis enters the patient, undefined when it misses. A surface voxel only partly
 * filled counts by its share of the next voxel's density, so that the answer is not rounded to voxels.
 */
export function surfaceDistance(grid: LocalGrid, frame: BeamFrame): number | undefined {
  const step = Math.min(...grid.spacing) / 50;
  const reach = frame.sad + 2 * Math.hypot(...grid.dims.map((n, axis) => n * grid.spacing[axis]));
  for (let distance = 0; distance < reach; distance += step) {
    const density = densityAt(grid, pointAt(frame, distance));
    if (density < AIR) continue;
    let exit = distance;
    while (exit < distance + Math.max(...grid.spacing) * 2 && densityAt(grid, pointAt(frame, exit)) === density)
      exit += step;
    const next = densityAt(grid, pointAt(frame, exit));
    return next > density ? exit - (exit - distance) * (density / next) : distance;
  }
  return undefined;
}

function pointAt(frame: BeamFrame, distance: number): Vec3 {
  const { source, travel } = frame;
  return [source[0] + distance * travel[0], source[1] + distance * travel[1], source[2] + distance * travel[2]];
}

function densityAt(grid: LocalGrid, point: Vec3): number {
  const [i, j, k] = [0, 1, 2].map((axis) => Math.round(point[axis] / grid.spacing[axis]));
  const [nx, ny, nz] = grid.dims;
  if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return 0;
  return grid.density[i + nx * (j + ny * k)];
}
