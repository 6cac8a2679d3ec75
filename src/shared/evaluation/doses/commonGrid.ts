import { IsocenterError } from '../../contract/errors.ts';
import { axisOf, type Grid, indexToPatient, voxelCount } from '../../geometry/volume.ts';
import { add, dot, scale, type Vec3 } from '../../geometry/vec.ts';

/** Voxels beyond which a common grid is refused: 600 MB of single precision. */
const MOST_VOXELS = 150_000_000;
/** Axes nearer than this to parallel (0.03°) are the same axis. */
const PARALLEL = 1 - 1e-7;

/**
 * The grid on which doses of several grids meet without loss: along the axes of the first, over the box that holds the voxels of all,
 * with the finest spacing that any has along each axis, its voxel centres on those of the grid with that spacing. Equal grids give
 * that grid; turned grids (by other than right angles) count with their finest spacing on every axis.
 * @throws IsocenterError GEOMETRY when it would have more than 150 million voxels
 */
export function commonGrid(grids: readonly Grid[]): Grid {
  const [first] = grids;
  const axes = ([0, 1, 2] as const).map((axis) => lattice(grids, axisOf(first, axis)));
  const origin = axes.reduce<Vec3>(
    (sum, { start }, axis) => add(sum, scale(axisOf(first, axis as 0 | 1 | 2), start)),
    [0, 0, 0],
  );
  const common: Grid = {
    dims: [axes[0].count, axes[1].count, axes[2].count],
    spacing: [axes[0].step, axes[1].step, axes[2].step],
    origin,
    direction: first.direction,
  };
  if (voxelCount(common) > MOST_VOXELS)
    throw new IsocenterError(
      'GEOMETRY',
      `a common grid of these doses would have ${common.dims.join(' × ')} voxels: they lie too far apart`,
      { object: 'doses' },
    );
  return common;
}

/** Voxel centres along a direction: the first one's position (mm from the origin of LPS), their spacing and number. */
function lattice(grids: readonly Grid[], along: Vec3): { start: number; step: number; count: number } {
  let [low, high, step, phase] = [Infinity, -Infinity, Infinity, dot(grids[0].origin, along)];
  for (const grid of grids) {
    const [from, to] = extent(grid, along);
    low = Math.min(low, from);
    high = Math.max(high, to);
    const own = ([0, 1, 2] as const).find((axis) => Math.abs(dot(axisOf(grid, axis), along)) > PARALLEL);
    const spacing = own === undefined ? Math.min(...grid.spacing) : grid.spacing[own];
    // Of grids that are as fine the first decides where the centres lie.
    if (spacing > step - 1e-6) continue;
    step = spacing;
    if (own !== undefined) phase = dot(grid.origin, along);
  }
  const from = Math.ceil((low - phase) / step - 1e-4);
  const to = Math.floor((high - phase) / step + 1e-4);
  return { start: phase + from * step, step, count: Math.max(1, to - from + 1) };
}

/** Least and greatest position of the grid's voxels, edges included, along a direction. */
function extent(grid: Grid, along: Vec3): [number, number] {
  const places = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
    const at = (axis: 0 | 1 | 2): number => (corner & (1 << axis) ? grid.dims[axis] - 0.5 : -0.5);
    return dot(indexToPatient(grid, [at(0), at(1), at(2)]), along);
  });
  return [Math.min(...places), Math.max(...places)];
}
