import type { GoalSheet, PlanGoal } from '../../model/goals.ts';
import type { Prescription } from '../../model/plan.ts';
import type { Roi } from '../../model/structures.ts';
import { tg263NameFor } from '../../structures/sets/tg263.ts';

/** What a goal is judged on, or why that is not known. */
export type GoalStructure = { readonly roi: Roi } | { readonly roi?: undefined; readonly reason: string };

/** Types of ROI that a name of a sheet may stand for where none is called so. */
const BY_TYPE: Readonly<Record<string, Roi['type']>> = { PTV: 'PTV', CTV: 'CTV', GTV: 'GTV', BODY: 'EXTERNAL' };

/**
 * The ROI of a goal: the one chosen by hand; else of the number that another system's plan gives; else the one of the goal's name; else the one whose name means it in TG-263's terms; else,
 * for PTV, CTV, GTV and BODY, the prescription's target or the only one of the type. Where several could be meant, none is.
 */
export function structureOfGoal(
  { structure, roi, roiNumber }: Pick<PlanGoal, 'structure' | 'roi' | 'roiNumber'>,
  rois: readonly Roi[],
  prescription?: Pick<Prescription, 'targetRoiNumber'>,
): GoalStructure {
  if (roi !== undefined) {
    const chosen = rois.filter(({ name }) => name === roi);
    return only(chosen) ?? { reason: chosen.length === 0 ? `there is no structure ${roi}` : several(chosen) };
  }
  if (roiNumber !== undefined)
    return (
      only(rois.filter(({ number }) => number === roiNumber)) ?? { reason: `there is no structure number ${roiNumber}` }
    );
  const meaning = (name: string): string => (tg263NameFor(name) ?? name).toLowerCase();
  const named = rois.filter(({ name }) => name === structure);
  const meant = named.length > 0 ? named : rois.filter(({ name }) => meaning(name) === meaning(structure));
  if (meant.length > 0) return only(meant) ?? { reason: several(meant) };
  const type = BY_TYPE[structure];
  const typed = type === undefined ? [] : rois.filter((candidate) => candidate.type === type);
  const target = typed.find(({ number }) => number === prescription?.targetRoiNumber);
  if (target !== undefined) return { roi: target };
  return only(typed) ?? { reason: typed.length > 1 ? several(typed) : `no structure is called ${structure}` };
}

const only = (found: readonly Roi[]): { roi: Roi } | undefined => (found.length === 1 ? { roi: found[0] } : undefined);

const several = (found: readonly Roi[]): string => `it could be any of ${found.map(({ name }) => name).join(', ')}`;

/** The sheet without numbers of structures, which mean something in the plan's own structure set only. */
export const goalsByName = (sheet: GoalSheet): GoalSheet => ({
  ...sheet,
  goals: sheet.goals.map(({ roiNumber: _number, ...goal }) => goal),
});
