import type { Prescription } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';

/** The objectives with one more: last, but before those of the body, which would leave it no voxel. */
export function withNewObjective(
  objectives: readonly DoseGoal[],
  added: DoseGoal,
  rois: readonly Pick<Roi, 'name' | 'type'>[],
): readonly DoseGoal[] {
  const isBody = ({ roi }: DoseGoal): boolean => rois.some(({ name, type }) => name === roi && type === 'EXTERNAL');
  const last = objectives.findLastIndex((one) => !isBody(one));
  return objectives.toSpliced(last + 1, 0, added);
}

/**
 * An objective to begin with: a uniform dose in the target where it has none yet, else a maximum in the first structure without
 * objectives. Undefined without structures.
 */
export function newObjective(
  rois: readonly Roi[],
  objectives: readonly DoseGoal[],
  prescription: Pick<Prescription, 'targetRoiNumber' | 'dose'> | undefined,
): DoseGoal | undefined {
  const has = ({ name }: Roi): boolean => objectives.some(({ roi }) => roi === name);
  const dose = prescription?.dose ?? 0;
  const target = rois.find(({ number }) => number === prescription?.targetRoiNumber);
  if (target !== undefined && !has(target)) return { roi: target.name, type: 'squared-deviation', dose, weight: 1000 };
  const free = rois.filter((roi) => !has(roi));
  const roi = free.find(({ type }) => type === 'ORGAN' || type === 'AVOIDANCE') ?? free[0] ?? rois[0];
  return roi && { roi: roi.name, type: 'squared-overdose', dose: dose / 2, weight: 100 };
}
