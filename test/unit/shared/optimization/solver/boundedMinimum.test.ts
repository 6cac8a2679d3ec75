import { describe, expect, it } from 'vitest';
import { boundedMinimum, type Objective } from '#shared/optimization/solver/boundedMinimum.ts';
import { problems as hockSchittkowski } from './boundedProblems.ts';
import { cuteProblems } from './cuteProblems.ts';
import { expectGradient } from './gradientCheck.ts';
import { leastSquaresProblems } from './leastSquaresProblems.ts';

const problems = [...hockSchittkowski, ...leastSquaresProblems, ...cuteProblems];
const tight = { gradientTolerance: 1e-9, valueTolerance: 0 };

describe('boundedMinimum on published problems', () => {
  it.each(problems)('$name', async (problem) => {
    const { objective, start, lower, upper, minimum, minimiser, tolerance = 1e-8, evaluations = 200 } = problem;
    const bounds = { lower: Float64Array.from(lower), upper: Float64Array.from(upper) };
    const inside: Objective = (x, gradient) => {
      expect(x.every((value, i) => value >= lower[i] && value <= upper[i])).toBe(true);
      return objective(x, gradient);
    };
    const found = await boundedMinimum(inside, Float64Array.from(start), bounds, tight);
    expect(Math.abs(found.value - minimum)).toBeLessThan(tolerance);
    expect(found.evaluations).toBeLessThan(evaluations);
    for (const [i, value] of minimiser?.entries() ?? []) expect(found.x[i]).toBeCloseTo(value, 4);
  });

  it.each(problems)('$name has the gradient it states', async ({ objective, start, lower, upper }) => {
    const x = Float64Array.from(start, (value, i) => Math.min(upper[i] - 0.1, Math.max(lower[i] + 0.1, value)));
    await expectGradient(objective, x, 1e-7);
  });
});

/** ½xᵀAx − bᵀx with A tridiagonal (2.1 and −1); b is made so that x* and its multipliers fulfil the Karush–Kuhn–Tucker conditions. */
function boundedQuadratic(n: number): {
  objective: Objective;
  lower: Float64Array;
  upper: Float64Array;
  best: Float64Array;
} {
  const lower = new Float64Array(n);
  const upper = new Float64Array(n).fill(1);
  const best = Float64Array.from({ length: n }, (_, i) =>
    Math.min(1, Math.max(0, 0.5 + Math.sin(0.37 * i) + 0.2 * Math.cos(i))),
  );
  const times = (x: Float64Array, i: number): number => 2.1 * x[i] - (x[i - 1] ?? 0) - (x[i + 1] ?? 0);
  const multiplier = (i: number): number => (best[i] === 0 ? 0.5 : best[i] === 1 ? -0.5 : 0);
  const b = best.map((_, i) => times(best, i) - multiplier(i));
  const objective: Objective = (x, gradient) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const product = times(x, i);
      gradient[i] = product - b[i];
      sum += x[i] * (0.5 * product - b[i]);
    }
    return sum;
  };
  return { objective, lower, upper, best };
}

describe('boundedMinimum', () => {
  it('finds the known solution of a quadratic with 10 000 bounded variables', async () => {
    const { objective, lower, upper, best } = boundedQuadratic(10_000);
    const { x, reason, iterations } = await boundedMinimum(
      objective,
      new Float64Array(10_000),
      { lower, upper },
      { valueTolerance: 0 },
    );
    expect(reason).toBe('gradient');
    expect(iterations).toBeLessThan(80);
    // A exceeds its off-diagonals by 0.1 in every row, so ‖A⁻¹‖∞ ≤ 10, and the gradient is below 1e-6.
    expect(x.every((value, i) => Math.abs(value - best[i]) < 1e-5)).toBe(true);
    // Variables with a multiplier sit on their bound exactly.
    expect(x.every((value, i) => (best[i] === 0 || best[i] === 1 ? value === best[i] : true))).toBe(true);
  });

  it('takes the same steps bit by bit, also when the objective is a promise', async () => {
    const { objective, lower, upper } = boundedQuadratic(500);
    const one: number[] = [];
    const other: number[] = [];
    const run = (wrapped: Objective, values: number[]): Promise<unknown> =>
      boundedMinimum(
        wrapped,
        new Float64Array(500),
        { lower, upper },
        {
          onIteration: ({ value }) => {
            values.push(value);
          },
        },
      );
    await run(objective, one);
    await run((x, gradient) => Promise.resolve(objective(x, gradient)), other);
    expect(one.length).toBeGreaterThan(5);
    expect(other).toEqual(one);
    expect(one.every((value, i) => i === 0 || value <= one[i - 1])).toBe(true);
  });

  it('stops at its limits and says so', async () => {
    const { objective, lower, upper } = boundedQuadratic(500);
    const start = new Float64Array(500);
    const few = await boundedMinimum(objective, start, { lower, upper }, { maxIterations: 3 });
    expect([few.reason, few.iterations]).toEqual(['iterations', 3]);
    const asked = await boundedMinimum(objective, start, { lower, upper }, { maxEvaluations: 4 });
    expect(asked.reason).toBe('evaluations');
    const coarse = await boundedMinimum(objective, start, { lower, upper }, { valueTolerance: 1e-2 });
    expect(coarse.reason).toBe('value');
  });

  it('moves fixed variables to their value and survives an objective that is infinite far out', async () => {
    const bounds = { lower: Float64Array.of(2, 0), upper: Float64Array.of(2, Infinity) };
    const barrier: Objective = ([a, b], gradient) => {
      gradient[0] = 2 * a;
      gradient[1] = -1 + 1 / (4 - b);
      return b < 4 ? a * a - b - Math.log(4 - b) : Infinity;
    };
    const { x } = await boundedMinimum(barrier, Float64Array.of(0, 0), bounds, tight);
    expect(x[0]).toBe(2);
    expect(x[1]).toBeCloseTo(3, 7);
  });

  it('is cancelled between evaluations, and refuses bounds that cross', async () => {
    const { objective, lower, upper } = boundedQuadratic(500);
    const abort = new AbortController();
    const onIteration = (): void => abort.abort();
    const cancelled = boundedMinimum(
      objective,
      new Float64Array(500),
      { lower, upper },
      { onIteration, signal: abort.signal },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    const crossed = boundedMinimum(objective, new Float64Array(500), { lower: upper, upper: lower });
    await expect(crossed).rejects.toMatchObject({ code: 'USAGE' });
  });
});
