import { IsocenterError } from '../../contract/errors.ts';
import { type Grid, voxelCount } from '../../geometry/volume.ts';
import type { Roi, StructureSet } from '../../model/structures.ts';
import { isAligned, rasterizeStack } from '../../structures/contours/mask.ts';
import { stackContours } from '../../structures/contours/stack.ts';
import { shapeField } from '../../structures/margins/shapeField.ts';
import { surfaceDistance } from '../../structures/margins/surfaceDistance.ts';
import type { DoseGoal, Goals } from '../objectives/goals.ts';

/** Goals that ask for dose. */
const LIFTING: readonly DoseGoal['type'][] = [
  'squared-deviation',
  'squared-underdose',
  'min-dvh',
  'min-geud',
  'min-tcp',
];

/** Names of the ROIs that are to get dose: the prescription's and those that a goal lifts. */
export const targetNames = ({ prescription, objectives }: Goals): readonly string[] => [
  ...new Set([prescription.roi, ...objectives.filter(({ type }) => LIFTING.includes(type)).map(({ roi }) => roi)]),
];

/** ROIs with contours by their names. @throws IsocenterError REFERENCE naming one that is not there, or there twice. */
export function roisNamed(names: readonly string[], { rois, label }: StructureSet): readonly Roi[] {
  return names.map((name) => {
    const found = rois.filter((roi) => roi.name === name && roi.contours.length > 0);
    if (found.length === 1) return found[0];
    const reason = found.length === 0 ? 'has no contoured ROI of this name' : 'has several ROIs of this name';
    throw new IsocenterError('REFERENCE', `${label} ${reason}`, { object: name });
  });
}

/** mm from the surface of the nearest target for every voxel of a grid, 0 inside. */
export function targetDistance(targets: readonly Roi[], grid: Grid): Float32Array {
  const distance = new Float32Array(voxelCount(grid)).fill(Infinity);
  for (const { contours, name } of targets) {
    const stack = stackContours(contours, { grid, name });
    const field = isAligned(stack, grid) ? shapeField(stack, grid) : rasterizeStack(stack, grid).map((m) => 0.5 - m);
    const own = surfaceDistance(field, [...grid.dims], [...grid.spacing]);
    for (let voxel = 0; voxel < own.length; voxel++)
      distance[voxel] = Math.min(distance[voxel], Math.max(0, own[voxel]));
  }
  return distance;
}
