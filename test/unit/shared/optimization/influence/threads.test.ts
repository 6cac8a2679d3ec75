import { describe, expect, it } from 'vitest';
import { InfluenceThreads } from '#main/jobs/influenceThreads.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import { optimizationProblem } from '#shared/optimization/problem/problem.ts';
import { seeded } from '#test/builders/random.ts';
import { beamAt, cylinder, goals } from '../problem/cylinder.ts';

/** More directions than groups, so that some groups hold two. */
const directions = Array.from({ length: 18 }, (_, n) => beamAt(20 * n, n + 1));
const input = { ...cylinder, directions, grid: 10, bixel: 10 };

describe('an operator in threads', () => {
  it('gives the bits of one thread, both ways and for a whole optimisation, whatever their number', async () => {
    const results = [];
    for (const size of [1, 3]) {
      await using threads = new InfluenceThreads(size);
      const progress: number[] = [];
      const problem = await optimizationProblem(input, {
        makeOperator: threads.operator,
        onProgress: (fraction) => progress.push(fraction),
      });
      const { operator } = problem;
      expect(progress.at(-1)).toBe(1);
      const random = seeded(3);
      const x = Float64Array.from({ length: operator.columns }, random);
      const y = Float64Array.from({ length: operator.rows }, () => random() - 0.5);
      const doses = new Float64Array(operator.rows);
      const gradient = new Float64Array(operator.columns);
      await operator.times(x, doses);
      await operator.transposeTimes(y, gradient);
      const target = { roi: 'PTV', dosePerFraction: 2 };
      const found = await optimizeFluence(operator, problem.objective(goals), target, { maxIterations: 3 });
      results.push({ doses, gradient, x: found.x, value: found.value, seen: operator.seen });
    }
    expect(results[0].doses.some((dose) => dose > 0)).toBe(true);
    expect(results[1]).toEqual(results[0]);
  });

  it('ends when it is cancelled, and tells what went wrong in a thread', async () => {
    await using threads = new InfluenceThreads(2);
    const signal = { aborted: false };
    const making = optimizationProblem(input, {
      makeOperator: threads.operator,
      signal,
      onProgress: () => {
        signal.aborted = true;
      },
    });
    await expect(making).rejects.toMatchObject({ code: 'CANCELLED' });
    const mixed = directions.map((beam, n) => (n === 4 ? { ...beam, radiationType: 'ELECTRON' as const } : beam));
    await expect(
      optimizationProblem({ ...input, directions: mixed }, { makeOperator: threads.operator }),
    ).rejects.toMatchObject({ code: 'DOSE', object: 'Beam 5 (G80)' });
  });
});
