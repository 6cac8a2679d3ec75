import { expect } from 'vitest';
import type { Objective } from '#shared/optimization/solver/boundedMinimum.ts';

/**
 * Expects the gradient at x to be that of central differences. Their error is about ε^⅔ of the objective's scale; `tolerance` is
 * relative to the longest component.
 */
export async function expectGradient(objective: Objective, x: Float64Array, tolerance = 1e-6): Promise<void> {
  const gradient = new Float64Array(x.length);
  await objective(x, gradient);
  const spare = new Float64Array(x.length);
  const longest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < x.length; i++) {
    const h = Math.cbrt(Number.EPSILON) * Math.max(1, Math.abs(x[i]));
    const up = await objective(
      x.map((value, k) => (k === i ? value + h : value)),
      spare,
    );
    const down = await objective(
      x.map((value, k) => (k === i ? value - h : value)),
      spare,
    );
    expect(Math.abs((up - down) / (2 * h) - gradient[i]), `component ${i}`).toBeLessThanOrEqual(tolerance * longest);
  }
}
