import type { OptimizationIteration } from '#renderer/stores/optimizationStore.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';

/** The course of one objective's weighted term. */
interface TermSeries {
  readonly key: string;
  readonly goal: DoseGoal;
  /** Which of the ROI's objectives it is, from 0. */
  readonly rank: number;
  /** By iteration; null where there was none, or nothing that a logarithm can show. */
  readonly values: (number | null)[];
}

export interface Course {
  /** 1, 2, 3 … over all phases. */
  readonly iterations: number[];
  readonly total: (number | null)[];
  /** Those of the objectives as they stood last, in their order. */
  readonly terms: readonly TermSeries[];
  /** Where a phase begins, and where objectives were changed within one. */
  readonly events: readonly { readonly at: number; readonly text: string }[];
}

const shown = (value: number | undefined): number | null => (value !== undefined && value > 0 ? value : null);

/** Keys by which an objective is known again after a change of its numbers: structure, type, and which of those it is. */
function keysOf(objectives: readonly DoseGoal[]): string[] {
  const counts = new Map<string, number>();
  return objectives.map(({ roi, type }) => {
    const key = `${type} ${roi}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return `${key} ${count}`;
  });
}

/** How a run went: the sum and each of the terms over the iterations. */
export function courseOf(run: readonly OptimizationIteration[]): Course {
  const last = run.at(-1)?.objectives ?? [];
  const keys = new Map<readonly DoseGoal[], string[]>();
  const keysOnce = (objectives: readonly DoseGoal[]): string[] => {
    const known = keys.get(objectives) ?? keysOf(objectives);
    keys.set(objectives, known);
    return known;
  };
  const columns = run.map(({ objectives, terms }) => new Map(keysOnce(objectives).map((key, n) => [key, terms[n]])));
  const terms = keysOnce(last).map((key, n): TermSeries => {
    const goal = last[n];
    const rank = last.slice(0, n).filter(({ roi }) => roi === goal.roi).length;
    return { key, goal, rank, values: columns.map((column) => shown(column.get(key))) };
  });
  const events = run.flatMap(({ phase, objectives }, n) => {
    const before = n === 0 ? undefined : run[n - 1];
    if (before?.phase !== phase) return [{ at: n + 1, text: phase }];
    return before.objectives === objectives ? [] : [{ at: n + 1, text: 'changed' }];
  });
  return { iterations: run.map((_, n) => n + 1), total: run.map(({ value }) => shown(value)), terms, events };
}

/** Powers of ten that hold all values, over at most seven of them below the largest; 0.1 to 1 for nothing. */
export function decadesOf({ total, terms }: Course): readonly [number, number] {
  let [low, high] = [Infinity, 0];
  for (const values of [total, ...terms.map((term) => term.values)])
    for (const value of values) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (high === 0) return [0.1, 1];
  const top = 10 ** Math.ceil(Math.log10(high));
  const bottom = Math.max(10 ** Math.floor(Math.log10(low)), top * 1e-7);
  return [Math.min(bottom, top / 10), top];
}
