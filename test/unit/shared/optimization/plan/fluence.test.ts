import { describe, expect, it } from 'vitest';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { DoseOperator } from '#shared/optimization/influence/doseOperator.ts';
import { addRoughness, neighboursOf } from '#shared/optimization/influence/roughness.ts';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import type { Goals } from '#shared/optimization/objectives/goals.ts';
import { minimizedFluence, smoothedFluence } from '#shared/optimization/plan/fluence.ts';
import { Minimizer } from '#shared/optimization/plan/minimize.ts';
import type { OptimizationHooks, OptimizationState } from '#shared/optimization/plan/run.ts';
import type { GoalRows, OptimizationProblem } from '#shared/optimization/problem/problem.ts';
import type { Beam } from '#shared/model/plan.ts';

/** Row n sees bixels n and n + 1 of a row of nine: what goes up and down from one to the next, no row sees. */
const [ROWS, COLUMNS] = [8, 9];
const middles = Array.from({ length: COLUMNS }, (_, n) => [2.5 * n, 0] as const);
const operator: DoseOperator = {
  directions: [{ beam: {} as Beam, lattice: { width: 2.5, middles }, from: 0, to: COLUMNS }],
  columns: COLUMNS,
  rows: ROWS,
  times(x, doses) {
    for (let row = 0; row < ROWS; row++) doses[row] = (x[row] + x[row + 1]) / 2;
  },
  transposeTimes(y, gradient) {
    for (let n = 0; n < COLUMNS; n++) gradient[n] = ((y[n - 1] ?? 0) + (y[n] ?? 0)) / 2;
  },
};
const rowsOf = new Map([['PTV', Uint32Array.from({ length: ROWS }, (_, n) => n)]]);
const grid = { dims: [ROWS, 1, 1], spacing: [3, 3, 3], origin: [0, 0, 0], direction: AXIAL } as const;
const every: GoalRows = {
  voxels: rowsOf.get('PTV')!,
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
const goals: Goals = {
  prescription: { roi: 'PTV', dose: 60, fractions: 30 },
  objectives: [{ roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 1000 }],
};
const roughness = (x: Float64Array): number => addRoughness(neighboursOf(operator), x, 1, new Float64Array(COLUMNS));

describe('smoothedFluence', () => {
  it('evens a map out that goes up and down for nothing, for next to no dose, and is watched by the objective alone', async () => {
    const states: OptimizationState[] = [];
    const hooks: OptimizationHooks = {
      onState: (state) => {
        const own = every.objective(goals).evaluate(state.doses, new Float64Array(ROWS));
        expect(state.value).toBeCloseTo(own, 12);
        states.push({ ...state });
      },
    };
    const minimizer = new Minimizer(problem, goals, hooks);
    const rough = Float64Array.from({ length: COLUMNS }, (_, n) => (n % 2 === 0 ? 3.6 : 0.4));
    const found = await minimizedFluence(minimizer, hooks, rough);
    expect(found.x).toEqual(rough);
    const smooth = await smoothedFluence(minimizer, hooks, found);
    expect(roughness(smooth.x)).toBeLessThan(roughness(rough) / 100);
    // Doses off by 1 % everywhere would be 1000 · 0.02² = 0.4.
    expect(smooth.value).toBeLessThan(0.1);
    // Bixels of a smooth map are no warm start: the next run begins with the best ones.
    for (const { phase, weights } of states) expect(weights === undefined).toBe(phase === 'sequencing');
    expect(states.some(({ phase }) => phase === 'sequencing')).toBe(true);
    expect((await smoothedFluence(new Minimizer(problem, goals, {}), {}, found)).x).toEqual(smooth.x);
  });

  it('has nothing to even out in a map of nothing', async () => {
    const nothing: Goals = { ...goals, objectives: [{ roi: 'PTV', type: 'squared-overdose', dose: 60, weight: 1 }] };
    const minimizer = new Minimizer(problem, nothing, {});
    const found = await minimizedFluence(minimizer, {}, new Float64Array(COLUMNS));
    const smooth = await smoothedFluence(minimizer, {}, found);
    expect([...smooth.x]).toEqual(Array.from({ length: COLUMNS }, () => 0));
    expect(smooth.value).toBe(0);
  });
});
