import type { Vec3 } from '../../../geometry/vec.ts';
import type { SweepProblem } from './contract.ts';

/** Grid axes as a sweep takes them: along a row, from row to row, from plane to plane. */
export type SweepAxes = readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2];

/** By sweep axis. Rows lie along x, which is contiguous, unless planes are normal to it. */
const AXES: readonly SweepAxes[] = [
  [1, 2, 0],
  [0, 2, 1],
  [0, 1, 2],
];

/** The axes of a direction's sweep, which goes where most voxels per length are crossed; in a tie the last axis, whatever the rounding says. */
export function sweepAxes(direction: Vec3, spacing: Vec3): SweepAxes {
  const hair = 1 - 1e-9;
  const [a, b, c] = [0, 1, 2].map((axis) => Math.abs(direction[axis]) / spacing[axis]);
  if (c >= a * hair && c >= b * hair) return AXES[2];
  return b >= a * hair ? AXES[1] : AXES[0];
}

/** A problem and a direction with their axes in a sweep's order. */
export interface Sweep {
  readonly dims: Vec3;
  readonly spacing: Vec3;
  readonly source: Vec3;
  readonly direction: Vec3;
  /** Voxels from one to the next along each axis in the grid's arrays. */
  readonly strides: Vec3;
}

export function sweepOf(problem: SweepProblem, direction: Vec3, axes = sweepAxes(direction, problem.spacing)): Sweep {
  const pick = (v: Vec3): Vec3 => [v[axes[0]], v[axes[1]], v[axes[2]]];
  const { dims, spacing, source } = problem;
  return {
    dims: pick(dims),
    spacing: pick(spacing),
    source: pick(source),
    direction: pick(direction),
    strides: pick([1, dims[0], dims[0] * dims[1]]),
  };
}

/**
 * Voxels by which a line has moved sideways along `axis` when it has crossed `planes` planes, to the nearest voxel; ties go away
 * from zero either way, so that mirrored directions take mirrored steps.
 */
export function lateralShift({ direction, spacing }: Sweep, axis: 0 | 1, planes: number): number {
  const slope = direction[axis] / spacing[axis] / (Math.abs(direction[2]) / spacing[2]);
  const shift = slope * planes;
  return Math.sign(shift) * Math.floor(Math.abs(shift) + 0.5);
}
