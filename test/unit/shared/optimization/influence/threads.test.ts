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
  it('gives the bits of one thread, both ways, for some directions and for a whole optimisation, whatever their number', async () => {
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
      const among = Uint8Array.from(directions, (_, n) => (n % 4 === 1 ? 1 : 0));
      const some = x.slice();
      for (const [n, { from, to }] of operator.directions.entries()) if (among[n] === 0) some.fill(0, from, to);
      const [all, few] = [new Float64Array(operator.rows), new Float64Array(operator.rows)];
      await operator.times(some, all);
      await operator.times(some, few, among);
      expect(few).toEqual(all);
      const partial = new Float64Array(operator.columns).fill(Number.NaN);
      await operator.transposeTimes(y, partial, among);
      for (const [n, { from, to }] of operator.directions.entries())
        if (among[n] === 1) expect(partial.subarray(from, to)).toEqual(gradient.subarray(from, to));
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
