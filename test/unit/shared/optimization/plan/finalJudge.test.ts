import { describe, expect, it } from 'vitest';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import type { DoseGoal, Goals } from '#shared/optimization/objectives/goals.ts';
import { doseWarnings, finalJudge } from '#shared/optimization/plan/finalJudge.ts';
import type { OptimizationProblem } from '#shared/optimization/problem/problem.ts';

/** Row 2 is of both: as an objective it counts for the target, listed first. */
const rowsOf = new Map([
  ['PTV', Uint32Array.of(0, 1, 2)],
  ['CORD', Uint32Array.of(2, 3)],
]);
const problem = {
  operator: { rows: 4 },
  rowsOf,
  objective: (goals: Goals) => doseObjective(goals, { rowsOf, rows: 4 }),
} as unknown as OptimizationProblem;
const cord = { roi: 'CORD', type: 'squared-overdose', dose: 30, weight: 1 } as const;
const goalsOf = (organ: DoseGoal): Goals => ({
  prescription: { roi: 'PTV', dose: 60, fractions: 30 },
  objectives: [{ roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 1 }, organ],
});
const hard = goalsOf({ ...cord, constraint: true });
/** Gy for the course to Gy per fraction. */
const doses = (...course: number[]): Float64Array => Float64Array.from(course, (dose) => dose / 30);

describe('final doses', () => {
  it('keep a constraint only where its overlap with an earlier structure keeps it, too', () => {
    const overlapped = doses(60, 60, 60, 20);
    expect(30 * finalJudge(problem, hard).violation(overlapped)).toBeCloseTo(30, 9);
    expect(doseWarnings(problem, hard, overlapped)).toEqual([
      'CORD: the constraint squared-overdose is violated by 30.00 Gy',
    ]);
    expect(finalJudge(problem, goalsOf(cord)).violation(overlapped)).toBe(0);
    expect(doseWarnings(problem, goalsOf(cord), overlapped)).toEqual([]);
  });

  it('are judged alike again and again: nothing is pulled harder', () => {
    const judge = finalJudge(problem, hard);
    const at = doses(60, 60, 40, 33);
    const first = [judge.value(at), judge.violation(at)];
    expect([judge.value(at), judge.violation(at)]).toEqual(first);
  });

  it('that are another prescription’s are told', () => {
    expect(doseWarnings(problem, goalsOf(cord), doses(50, 50, 50, 0))).toEqual([
      'PTV gets 50.00 Gy in half of its volume where 60 Gy are prescribed',
    ]);
    expect(doseWarnings(problem, goalsOf(cord), doses(62, 62, 62, 0))).toEqual([]);
  });
});
