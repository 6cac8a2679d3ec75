import { describe, expect, it } from 'vitest';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { DoseOperator } from '#shared/optimization/influence/doseOperator.ts';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import type { DoseGoal, Goals } from '#shared/optimization/objectives/goals.ts';
import { minimizedFluence } from '#shared/optimization/plan/fluence.ts';
import { Minimizer } from '#shared/optimization/plan/minimize.ts';
import type { OptimizationHooks, OptimizationState } from '#shared/optimization/plan/run.ts';
import type { GoalRows, OptimizationProblem } from '#shared/optimization/problem/problem.ts';

/** Row n < 6 is target, from 6 organ; bixel n gives row n 1 and row n + 6 a share. */
const ROWS = 12;
const share = (n: number): number => 0.4 + 0.08 * n;
const operator: DoseOperator = {
  directions: [],
  columns: 6,
  rows: ROWS,
  times(x, doses) {
    for (let n = 0; n < 6; n++) [doses[n], doses[n + 6]] = [x[n], share(n) * x[n]];
  },
  transposeTimes(y, gradient) {
    for (let n = 0; n < 6; n++) gradient[n] = y[n] + share(n) * y[n + 6];
  },
};
const grid = { dims: [ROWS, 1, 1], spacing: [3, 3, 3], origin: [0, 0, 0], direction: AXIAL } as const;
const rowsOf = new Map([
  ['PTV', Uint32Array.of(0, 1, 2, 3, 4, 5)],
  ['OAR', Uint32Array.of(6, 7, 8, 9, 10, 11)],
]);
const every: GoalRows = {
  voxels: Uint32Array.from({ length: ROWS }, (_, n) => n),
  rowsOf,
  objective: (goals) => doseObjective(goals, { rowsOf, rows: ROWS }),
};
const problem: OptimizationProblem = {
  ...every,
  every,
  grid,
  density: { ...grid, data: new Float32Array(ROWS).fill(1) },
  operator,
  targetDistance: new Float32Array(ROWS),
  targets: ['PTV'],
  warnings: [],
};
const goalsOf = (...organ: DoseGoal[]): Goals => ({
  prescription: { roi: 'PTV', dose: 60, fractions: 30 },
  objectives: [{ roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 1 }, ...organ],
});
const loose = goalsOf({ roi: 'OAR', type: 'squared-overdose', dose: 40, weight: 1 });
const tight = goalsOf({ roi: 'OAR', type: 'squared-overdose', dose: 20, weight: 10 });

const run = (goals: Goals, hooks: OptimizationHooks = {}, start?: Float64Array) =>
  minimizedFluence(new Minimizer(problem, goals, hooks), hooks, start, 1e-12);
const hottest = (doses: Float64Array): number => 30 * Math.max(...doses.subarray(6));

describe('a run', () => {
  it('ends at the minimum for the goals that it was given in its course', async () => {
    let goals = loose;
    const states: Pick<OptimizationState, 'goals' | 'iteration' | 'value'>[] = [];
    const changed = await run(loose, {
      goals: () => goals,
      onState: ({ iteration, value, terms, doses, goals: these }) => {
        states.push({ goals: these, iteration, value });
        // What is shown belongs together.
        expect(terms[0] + terms[1]).toBeCloseTo(value, 9);
        expect(problem.objective(these).evaluate(doses, new Float64Array(ROWS))).toBeCloseTo(value, 9);
        if (iteration === 2) goals = tight;
      },
    });
    const alone = await run(tight);
    expect(changed.value).toBeCloseTo(alone.value, 6);
    expect(hottest(changed.doses)).toBeCloseTo(hottest(alone.doses), 2);
    expect(hottest((await run(loose)).doses)).toBeGreaterThan(hottest(changed.doses) + 5);
    expect(states.map(({ iteration }) => iteration)).toEqual(states.map((_, n) => n + 1));
    expect(states.filter((state) => state.goals === loose)).toHaveLength(2);
  });

  it('waits for whoever watches, and ends where it is when that is enough', async () => {
    let waiting = 0;
    const stopped = await run(tight, {
      onState: async () => {
        waiting++;
        await Promise.resolve();
        waiting--;
      },
      enough: () => {
        expect(waiting).toBe(0);
        return true;
      },
    });
    expect(stopped.value).toBeGreaterThan((await run(tight)).value);
    const again = await run(tight, {}, stopped.x);
    expect(again.value).toBeCloseTo((await run(tight)).value, 9);
  });

  it('keeps a hard constraint', async () => {
    const hard = goalsOf({ roi: 'OAR', type: 'max-mean', dose: 25, weight: 0.1, constraint: true });
    const { doses, violation } = await run(hard);
    expect(violation).toBeLessThanOrEqual(0.01);
    expect((30 * doses.subarray(6).reduce((a, b) => a + b)) / 6).toBeLessThan(25.31);
    const soft = goalsOf({ roi: 'OAR', type: 'max-mean', dose: 25, weight: 0.1 });
    expect((30 * (await run(soft)).doses.subarray(6).reduce((a, b) => a + b)) / 6).toBeGreaterThan(28);
  });
});
