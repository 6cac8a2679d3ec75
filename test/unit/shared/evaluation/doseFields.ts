import { type Grid, indexToPatient, type Volume, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

/** A dose of a function of LPS mm on a grid. */
export function doseField(grid: Grid, f: (point: Vec3) => number): Volume<Float32Array> {
  const [nx, ny] = grid.dims;
  const at = (p: number): Vec3 => indexToPatient(grid, [p % nx, Math.floor(p / nx) % ny, Math.floor(p / nx / ny)]);
  return { ...grid, data: Float32Array.from({ length: voxelCount(grid) }, (_, p) => f(at(p))) };
}
