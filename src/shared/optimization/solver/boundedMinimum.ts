import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import { cauchyPoint } from './cauchyPoint.ts';
import { type LinePoint, strongWolfe } from './lineSearch.ts';
import { QuasiNewton } from './quasiNewton.ts';
import { subspaceMinimum } from './subspace.ts';
import { type Bounds, clamp, dot, projectedGradientNorm } from './vectors.ts';

/** The objective at x, with its gradient written into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number | Promise<number>;

interface Iteration {
  readonly iteration: number;
  readonly evaluations: number;
  readonly value: number;
  /** ‖P(x − g) − x‖∞. */
  readonly projectedGradient: number;
  /** The variables themselves, not a copy: valid until the callback is done. */
  readonly x: Float64Array;
}

export interface MinimumOptions {
  /** Remembered steps. */
  readonly memory?: number;
  readonly maxIterations?: number;
  readonly maxEvaluations?: number;
  /** Stops when ‖P(x − g) − x‖∞ falls to it. */
  readonly gradientTolerance?: number;
  /** Stops when an iteration lowers the objective by less than this share of max(|f|, 1). */
  readonly valueTolerance?: number;
  /** After every iteration; a promise makes the search wait. */
  readonly onIteration?: (state: Iteration) => void | Promise<void>;
  readonly signal?: AbortSignalLike;
}

type StopReason = 'gradient' | 'value' | 'iterations' | 'evaluations' | 'line-search';

export interface BoundedMinimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly evaluations: number;
  readonly projectedGradient: number;
  /** Converged by 'gradient' or 'value'; the others are limits, or a direction along which rounding hides any way down. */
  readonly reason: StopReason;
}

/**
 * Minimises a smooth function within bounds by L-BFGS-B (Byrd, Lu, Nocedal, Zhu, SIAM J. Sci. Comput. 16 (1995) 1190). The start is moved
 * into the bounds; the objective is never asked outside them. The same input gives the same steps, bit by bit.
 * @throws IsocenterError USAGE for bounds that do not fit or cross, or an objective that is not finite at the start; CANCELLED.
 */
export async function boundedMinimum(
  objective: Objective,
  start: Float64Array,
  bounds: Bounds,
  options: MinimumOptions = {},
): Promise<BoundedMinimum> {
  const { maxIterations = 1000, maxEvaluations = 10_000, signal } = options;
  const { gradientTolerance = 1e-6, valueTolerance = 1e-12 } = options;
  checkBounds(start, bounds);
  const n = start.length;
  const model = new QuasiNewton(options.memory ?? 10);
  let x = start.map((value, i) => clamp(value, bounds.lower[i], bounds.upper[i]));
  let gradient = new Float64Array(n);
  throwIfCancelled(signal);
  let value = await objective(x, gradient);
  let evaluations = 1;
  if (!Number.isFinite(value) || !gradient.every(Number.isFinite))
    throw new IsocenterError('USAGE', `the objective is ${value} at the start`);
  let iterations = 0;
  const end = (reason: StopReason): BoundedMinimum => {
    const projectedGradient = projectedGradientNorm(x, gradient, bounds);
    return { x, value, iterations, evaluations, projectedGradient, reason };
  };
  for (;;) {
    if (projectedGradientNorm(x, gradient, bounds) <= gradientTolerance) return end('gradient');
    if (iterations >= maxIterations) return end('iterations');
    if (evaluations >= maxEvaluations) return end('evaluations');
    const target = subspaceMinimum(x, gradient, bounds, model, cauchyPoint(x, gradient, bounds, model));
    const direction = target.map((wanted, i) => wanted - x[i]);
    const slope = dot(direction, gradient);
    const trialX = new Float64Array(n);
    const trialGradient = new Float64Array(n);
    let trialStep = Number.NaN;
    const at = async (step: number): Promise<LinePoint> => {
      throwIfCancelled(signal);
      trialStep = step;
      for (let i = 0; i < n; i++) trialX[i] = clamp(x[i] + step * direction[i], bounds.lower[i], bounds.upper[i]);
      const there = await objective(trialX, trialGradient);
      evaluations++;
      return { step, value: there, slope: dot(direction, trialGradient) };
    };
    const first = model.width === 0 ? Math.min(1, 1 / Math.sqrt(dot(direction, direction))) : 1;
    const longest = Math.max(first, longestStep(x, direction, bounds));
    const found = slope < 0 ? await strongWolfe(at, { step: 0, value, slope }, first, longest) : undefined;
    if (found === undefined) {
      if (model.width === 0) return end('line-search');
      model.forget();
      continue;
    }
    if (trialStep !== found.step) await at(found.step);
    const step = trialX.map((there, i) => there - x[i]);
    model.update(
      step,
      trialGradient.map((there, i) => there - gradient[i]),
    );
    const fall = value - found.value;
    const size = Math.max(Math.abs(value), Math.abs(found.value), 1);
    x = trialX;
    gradient = trialGradient;
    value = found.value;
    iterations++;
    const projectedGradient = projectedGradientNorm(x, gradient, bounds);
    await options.onIteration?.({ iteration: iterations, evaluations, value, projectedGradient, x });
    if (projectedGradient > gradientTolerance && fall <= valueTolerance * size) return end('value');
  }
}

/** Longest step along the direction before the first bound. */
function longestStep(x: Float64Array, direction: Float64Array, { lower, upper }: Bounds): number {
  let longest = 1e10;
  for (let i = 0; i < x.length; i++) {
    if (direction[i] > 0) longest = Math.min(longest, (upper[i] - x[i]) / direction[i]);
    if (direction[i] < 0) longest = Math.min(longest, (lower[i] - x[i]) / direction[i]);
  }
  return longest;
}

function checkBounds(start: Float64Array, { lower, upper }: Bounds): void {
  if (lower.length !== start.length || upper.length !== start.length)
    throw new IsocenterError('USAGE', `${start.length} variables with ${lower.length} and ${upper.length} bounds`);
  for (let i = 0; i < start.length; i++) {
    if (!(lower[i] <= upper[i])) throw new IsocenterError('USAGE', `bounds ${lower[i]} and ${upper[i]} cross`);
  }
}
