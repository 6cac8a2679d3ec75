import { describe, expect, it } from 'vitest';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import type { DoseGoal, Goals } from '#shared/optimization/objectives/goals.ts';
import { beliefWarnings, doseWarnings, finalJudge } from '#shared/optimization/plan/finalJudge.ts';
import type { GoalRows } from '#shared/optimization/problem/problem.ts';

/** Row 2 is of both: as an objective it counts for the target, listed first. */
const rowsOf = new Map([
  ['PTV', Uint32Array.of(0, 1, 2)],
  ['CORD', Uint32Array.of(2, 3)],
]);
const every: GoalRows = {
  voxels: Uint32Array.of(0, 1, 2, 3),
  rowsOf,
  objective: (goals: Goals) => doseObjective(goals, { rowsOf, rows: 4 }),
};
/** Rows are a sample: row 3, of the cord alone, is not among them. */
const sampled = new Map([...rowsOf, ['CORD', Uint32Array.of(2)]]);
const problem = { every, objective: (goals: Goals) => doseObjective(goals, { rowsOf: sampled, rows: 3 }) };
const whole = { every, objective: every.objective };
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
    expect(30 * finalJudge(whole, hard).final(overlapped).violation).toBeCloseTo(30, 9);
    expect(doseWarnings(every, hard, overlapped)).toEqual([
      'CORD: the constraint squared-overdose is violated by 30.00 Gy',
    ]);
    expect(finalJudge(whole, goalsOf(cord)).final(overlapped).violation).toBe(0);
    expect(doseWarnings(every, goalsOf(cord), overlapped)).toEqual([]);
  });

  it('are judged alike again and again: nothing is pulled harder', () => {
    const judge = finalJudge(whole, hard);
    const at = doses(60, 60, 40, 33);
    const first = [judge.value(at), judge.final(at)];
    expect([judge.value(at), judge.final(at)]).toEqual(first);
  });

  it('far from what the optimiser believed are told, near ones are not', () => {
    const judge = finalJudge(whole, goalsOf(cord));
    const believed = doses(60, 60, 60, 20);
    expect(beliefWarnings(judge, believed, believed)).toEqual([]);
    expect(beliefWarnings(judge, believed, doses(63, 60, 58, 21))).toEqual([]);
    expect(beliefWarnings(judge, believed, doses(100, 60, 40, 33))).toEqual([
      expect.stringMatching(/^The final dose is not what was optimised: the objective is 0\.\d+ on it, 0/),
    ]);
  });

  it('are judged in voxels, too, that the optimiser does not look at', () => {
    const organFirst = { ...hard, objectives: hard.objectives.toReversed() };
    const judge = finalJudge(problem, organFirst);
    const hot = doses(60, 60, 25, 45);
    expect(judge.value(hot.subarray(0, 3))).toBe(0);
    // Of two voxels one is 15 Gy too hot: 0.5 Gy a fraction.
    expect(judge.final(hot).value).toBeCloseTo(0.5 ** 2 / 2, 9);
    expect(30 * judge.final(hot).violation).toBeCloseTo(15, 9);
  });

  it('that are another prescription’s are told', () => {
    expect(doseWarnings(every, goalsOf(cord), doses(50, 50, 50, 0))).toEqual([
      'PTV gets 50.00 Gy in half of its volume where 60 Gy are prescribed',
    ]);
    expect(doseWarnings(every, goalsOf(cord), doses(62, 62, 62, 0))).toEqual([]);
  });
});
