import type { Grid } from '#shared/geometry/volume.ts';
import { axisOf, patientToIndex } from '#shared/geometry/volume.ts';
import { add, cross, dot, scale, type Vec3 } from '#shared/geometry/vec.ts';
import type { PlaneId } from './planeView.ts';

export const PLANES: readonly PlaneId[] = ['axial', 'sagittal', 'coronal'];

/** Axes of one displayed plane and the grid axis its slices follow. */
export interface PlaneAxes {
  readonly right: Vec3;
  readonly down: Vec3;
  /** Viewing direction, into the screen: right × down. */
  readonly normal: Vec3;
  /** Unit vector along which slices are counted, towards +x, +y or +z. */
  readonly through: Vec3;
  /** Slice spacing along `through`, mm, and number of slices. */
  readonly step: number;
  readonly count: number;
  /** Position of the first slice along `through` (dot product with LPS), mm. */
  readonly first: number;
}

/**
 * The grid's own axes, named by the LPS axis each lies closest to and turned to point the same way, so that slices of the
 * planning image are shown as acquired and the axial view of a tilted acquisition is not resampled.
 */
function lpsLikeAxes(grid: Grid): { axis: Vec3; gridAxis: 0 | 1 | 2 }[] {
  const free = new Set<0 | 1 | 2>([0, 1, 2]);
  const named: { axis: Vec3; gridAxis: 0 | 1 | 2 }[] = [];
  for (const lps of [2, 1, 0] as const) {
    let best: 0 | 1 | 2 = [...free][0];
    for (const candidate of free)
      if (Math.abs(axisOf(grid, candidate)[lps]) > Math.abs(axisOf(grid, best)[lps])) best = candidate;
    free.delete(best);
    const axis = axisOf(grid, best);
    named[lps] = { axis: axis[lps] < 0 ? scale(axis, -1) : axis, gridAxis: best };
  }
  return named;
}

/**
 * The three standard planes of a grid: axial seen from the feet (patient's left on the right, anterior up), sagittal seen from the
 * patient's left (anterior on the left, head up), coronal seen from the front (patient's left on the right, head up).
 */
export function planeAxes(grid: Grid, plane: PlaneId): PlaneAxes {
  const [x, y, z] = lpsLikeAxes(grid);
  const through = { axial: z, sagittal: x, coronal: y }[plane];
  const right = plane === 'sagittal' ? y.axis : x.axis;
  const down = plane === 'axial' ? y.axis : scale(z.axis, -1);
  const firstVoxel = dot(grid.origin, through.axis);
  const count = grid.dims[through.gridAxis];
  const step = grid.spacing[through.gridAxis];
  const runsBackwards = dot(axisOf(grid, through.gridAxis), through.axis) < 0;
  return {
    right,
    down,
    normal: cross(right, down),
    through: through.axis,
    step,
    count,
    first: runsBackwards ? firstVoxel - (count - 1) * step : firstVoxel,
  };
}

/** Slice number (0 = first along `through`) nearest to a point. */
export function sliceIndexOf(axes: PlaneAxes, point: Vec3): number {
  const index = Math.round((dot(point, axes.through) - axes.first) / axes.step);
  return Math.max(0, Math.min(axes.count - 1, index));
}

/** `point` moved along the plane's slicing axis onto slice `index` (clamped to the volume). */
export function onSlice(axes: PlaneAxes, point: Vec3, index: number): Vec3 {
  const clamped = Math.max(0, Math.min(axes.count - 1, index));
  const wanted = axes.first + clamped * axes.step;
  return add(point, scale(axes.through, wanted - dot(point, axes.through)));
}

/** Slice position as shown to people: distance along the slicing axis from the LPS origin, mm. */
export const slicePosition = (axes: PlaneAxes, point: Vec3): number => dot(point, axes.through);

/** Centre of the voxel box, LPS mm. */
export function gridCentre(grid: Grid): Vec3 {
  const half = ([0, 1, 2] as const).map((axis) => ((grid.dims[axis] - 1) / 2) * grid.spacing[axis]);
  return add(
    grid.origin,
    add(scale(axisOf(grid, 0), half[0]), add(scale(axisOf(grid, 1), half[1]), scale(axisOf(grid, 2), half[2]))),
  );
}

/** The point of the grid's voxel-centre box nearest to `point`. */
export function clampToGrid(grid: Grid, point: Vec3): Vec3 {
  const index = patientToIndex(grid, point);
  let moved = point;
  for (const axis of [0, 1, 2] as const) {
    const clamped = Math.max(0, Math.min(grid.dims[axis] - 1, index[axis]));
    moved = add(moved, scale(axisOf(grid, axis), (clamped - index[axis]) * grid.spacing[axis]));
  }
  return moved;
}

/** Extent of the grid along a unit direction, mm, voxel edges included. */
export function extentAlong(grid: Grid, direction: Vec3): number {
  return ([0, 1, 2] as const).reduce<number>(
    (sum, axis) => sum + Math.abs(dot(axisOf(grid, axis), direction)) * grid.dims[axis] * grid.spacing[axis],
    0,
  );
}

/** Size of a voxel along a unit direction, mm: the diameter there of the ellipsoid that its spacings span. */
export function voxelAlong(grid: Grid, direction: Vec3): number {
  return 1 / Math.hypot(...([0, 1, 2] as const).map((axis) => dot(axisOf(grid, axis), direction) / grid.spacing[axis]));
}
