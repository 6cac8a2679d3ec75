import type { GoalOutcome } from '../goals/goalOutcome.ts';
import { type GoalBasis, type JudgedGoal, judgeSheet } from '../goals/judgeSheet.ts';
import type { Dvh } from '../dvh.ts';
import type { GoalSheet } from '../../model/goals.ts';
import type { Roi } from '../../model/structures.ts';

/** A goal in the plan's own scenario and in the one where it stands worst. */
export interface WorstGoal {
  readonly nominal: JudgedGoal;
  readonly worst: JudgedGoal;
  readonly scenario: string;
  /** Scenarios in which it is met or acceptable, of all. */
  readonly passed: number;
  readonly of: number;
}

const RANK: Readonly<Record<GoalOutcome['status'], number>> = { missed: 3, unknown: 2, acceptable: 1, met: 0 };

/**
 * Every goal of a sheet, judged in each scenario (the nominal one first): the worst outcome, and among equal ones the value furthest on
 * the wrong side of the limit.
 * @throws IsocenterError as judgeSheet
 */
export function worstGoals(
  sheet: Pick<GoalSheet, 'goals'>,
  basis: Omit<GoalBasis, 'dvh'>,
  scenarios: readonly { readonly name: string; readonly dvh: (roi: Roi) => Dvh | undefined }[],
): WorstGoal[] {
  const judged = scenarios.map(({ dvh }) => judgeSheet(sheet, { ...basis, dvh }));
  return sheet.goals.map((_goal, n) => {
    const all = judged.map((goals) => goals[n]);
    const at = all.reduce((worst, one, s) => (isWorse(one, all[worst]) ? s : worst), 0);
    return {
      nominal: all[0],
      worst: all[at],
      scenario: scenarios[at].name,
      passed: all.filter(({ outcome: { status } }) => RANK[status] <= RANK.acceptable).length,
      of: all.length,
    };
  });
}

function isWorse(a: JudgedGoal, b: JudgedGoal): boolean {
  const rank = RANK[a.outcome.status] - RANK[b.outcome.status];
  if (rank !== 0) return rank > 0;
  const [x, y] = [a.outcome.value, b.outcome.value];
  if (x === undefined || y === undefined) return false;
  return a.parsed.comparison.startsWith('<') ? x > y : x < y;
}
