import type { SweepCone, SweepProblem } from './contract.ts';

/**
 * Voxels by which a line has moved sideways along `axis` when it has crossed `planes` planes, to the nearest voxel; ties go away
 * from zero either way, so that mirrored directions take mirrored steps.
 */
export function lateralShift(problem: SweepProblem, cone: SweepCone, axis: 0 | 1, planes: number): number {
  const slope = cone.direction[axis] / problem.spacing[axis] / (Math.abs(cone.direction[2]) / problem.spacing[2]);
  const shift = slope * planes;
  return Math.sign(shift) * Math.floor(Math.abs(shift) + 0.5);
}
