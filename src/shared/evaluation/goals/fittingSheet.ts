import type { GoalSheet, PlanGoal } from '../../model/goals.ts';
import type { Prescription } from '../../model/plan.ts';
import type { Roi } from '../../model/structures.ts';
import { fractionationRemark } from './goalSheet.ts';
import { structureOfGoal } from './goalStructure.ts';

/** Every patient has these: they tell nothing about the site. */
const ANYWHERE: ReadonlySet<string> = new Set(['PTV', 'CTV', 'GTV', 'BODY']);

/** A sheet of goals, or anything else for a site that names structures. */
interface NamesStructures extends Pick<GoalSheet, 'name' | 'fractionation'> {
  readonly goals: readonly Pick<PlanGoal, 'structure'>[];
}

/**
 * The sheet that speaks of most organs among `rois`; among equals one meant for the prescribed fractionation, then the one with the
 * fewest organs that are not there. Undefined where no sheet names an organ that is there.
 */
export function fittingSheet<Sheet extends NamesStructures>(
  sheets: readonly Sheet[],
  rois: readonly Roi[],
  prescription?: Prescription,
): Sheet | undefined {
  const rated = sheets.map((sheet) => {
    const goals = sheet.goals.filter(({ structure }) => !ANYWHERE.has(structure));
    const found = goals.flatMap((goal) => structureOfGoal(goal, rois, prescription).roi?.number ?? []);
    return {
      sheet,
      there: new Set(found).size,
      meant: fractionationRemark(sheet, prescription) === undefined ? 1 : 0,
      named: new Set(goals.map(({ structure }) => structure)).size,
    };
  });
  const [best] = rated.toSorted((a, b) => b.there - a.there || b.meant - a.meant || a.named - b.named);
  return best === undefined || best.there === 0 ? undefined : best.sheet;
}
