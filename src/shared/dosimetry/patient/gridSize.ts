import { IsocenterError } from '../../contract/errors.ts';
import type { Vec3 } from '../../geometry/vec.ts';

/** Above this a dose does not fit into the memory of an ordinary workstation with the arrays that it needs. */
const MAX_VOXELS = 60e6;
/** What a thread holds for each voxel, bytes: 16 in the kernel's memory, and the dose of its part twice on its way. */
const THREAD_BYTES = 24;
/** What all threads together may hold, bytes. */
const THREADS_BUDGET = 4 * 2 ** 30;

/** @throws IsocenterError DOSE for a grid with too many voxels. */
export function checkGridSize(dims: Vec3): void {
  const voxels = dims[0] * dims[1] * dims[2];
  if (voxels > MAX_VOXELS)
    throw new IsocenterError(
      'DOSE',
      `${(voxels / 1e6).toFixed(0)} million voxels (${dims.join('×')}) are too many: choose a coarser grid, of at most ${MAX_VOXELS / 1e6} million`,
      { object: 'dose grid', attribute: 'spacing' },
    );
}

/** Of `threads`, as many as find room beside each other on a grid of so many voxels: at least one. */
export function threadsFor(voxels: number, threads: number): number {
  return Math.max(1, Math.min(threads, Math.floor(THREADS_BUDGET / (THREAD_BYTES * voxels))));
}
