import type { GoalSheet, PlanGoal } from '#shared/model/goals.ts';
import { editDocument } from '#renderer/document/store.ts';
import { openedPlan } from '../planning/plans.ts';

/** One undoable edit of the active plan's goals, which change no dose. @throws USAGE without a plan */
export function editGoals(name: string, change: (goals: GoalSheet | undefined) => GoalSheet | undefined): void {
  editDocument(name, (document) => {
    const plan = openedPlan(document);
    const next = change(plan.goals);
    if (next === plan.goals) return null;
    const { goals: _before, ...rest } = plan;
    return { plan: next === undefined ? rest : { ...rest, goals: next } };
  });
}

/** A sheet with one goal replaced, or left out; the same where that changes nothing. */
export function withGoal(sheet: GoalSheet, index: number, goal: PlanGoal | undefined): GoalSheet {
  if (goal !== undefined && JSON.stringify(goal) === JSON.stringify(sheet.goals[index])) return sheet;
  return { ...sheet, goals: sheet.goals.flatMap((one, n) => (n !== index ? [one] : goal === undefined ? [] : [goal])) };
}
