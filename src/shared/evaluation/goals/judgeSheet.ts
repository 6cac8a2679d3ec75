import type { GoalSheet, PlanGoal } from '../../model/goals.ts';
import type { Prescription } from '../../model/plan.ts';
import type { Roi } from '../../model/structures.ts';
import { isClosed } from '../../structures/contours/stack.ts';
import type { Dvh } from '../dvh.ts';
import { type GoalOutcome, judgeGoal } from './goalOutcome.ts';
import { structureOfGoal } from './goalStructure.ts';
import { type Goal, parseGoal } from './goalText.ts';

export interface JudgedGoal {
  readonly goal: PlanGoal;
  readonly parsed: Goal;
  /** Absent where no structure matches: such a goal is never met. */
  readonly roi?: Roi;
  readonly outcome: GoalOutcome;
}

export interface GoalBasis {
  readonly rois: readonly Roi[];
  /** The DVH of a ROI in the plan's dose for the whole course; undefined while there is none. */
  readonly dvh: (roi: Roi) => Dvh | undefined;
  readonly prescription?: Pick<Prescription, 'targetRoiNumber' | 'dose'>;
  /** Why the dose does not belong to the plan and structures: nothing is judged then. */
  readonly stale?: string;
}

/** Judges every goal of a sheet, in order. @throws IsocenterError USAGE for a goal that cannot be read */
export function judgeSheet({ goals }: Pick<GoalSheet, 'goals'>, basis: GoalBasis): JudgedGoal[] {
  return goals.map((goal) => {
    const parsed = parseGoal(goal.text);
    const unknown = (remark: string): GoalOutcome => ({ status: 'unknown', remark });
    const found = structureOfGoal(goal, basis.rois, basis.prescription);
    if (found.roi === undefined) return { goal, parsed, outcome: unknown(found.reason) };
    const { roi } = found;
    if (!roi.contours.some(isClosed)) return { goal, parsed, roi, outcome: unknown(`${roi.name} has no contours`) };
    if (basis.stale !== undefined) return { goal, parsed, roi, outcome: unknown(`stale dose: ${basis.stale}`) };
    return { goal, parsed, roi, outcome: judgeGoal(parsed, basis.dvh(roi), basis.prescription?.dose) };
  });
}

export type GoalCounts = Readonly<Record<GoalOutcome['status'], number>>;

export function countGoals(judged: readonly Pick<JudgedGoal, 'outcome'>[]): GoalCounts {
  const counts = { met: 0, acceptable: 0, missed: 0, unknown: 0 };
  for (const { outcome } of judged) counts[outcome.status]++;
  return counts;
}

/** "7 met, 1 acceptable, 2 missed, 1 not judged" */
export const goalSummary = ({ met, acceptable, missed, unknown }: GoalCounts): string =>
  `${met} met, ${acceptable} acceptable, ${missed} missed, ${unknown} not judged`;

/** The value a goal reached, in its limit's unit; "–" where nothing is judged. */
export function reachedText({
  parsed,
  outcome,
}: {
  readonly parsed: Pick<Goal, 'limit'>;
  readonly outcome: GoalOutcome;
}): string {
  if (outcome.value === undefined) return '–';
  const { unit } = parsed.limit;
  return `${outcome.value.toFixed(2)} ${unit === 'cm3' ? 'cm³' : unit}`;
}
