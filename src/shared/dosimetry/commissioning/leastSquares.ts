/** One parameter of a fit, in its own unit. */
export interface Bounded {
  readonly low: number;
  readonly high: number;
  /** Finite difference for the first Jacobian. */
  readonly step: number;
}

export interface FitResult {
  readonly values: readonly number[];
  /** One standard deviation of each value, given that of a residual. */
  readonly uncertainties: readonly number[];
  /** Root mean square of the residuals before and after. */
  readonly before: number;
  readonly after: number;
}

/** Keeps what only a combination determines finite, but huge. */
const RIDGE = 1e-8;
const ITERATIONS = 12;
/** A fit has converged when its sum of squares falls by less than this share. */
const GAIN = 2e-3;

/** Residuals of parameter values. Values asked for together may be computed beside each other. */
export type Evaluate = (values: readonly number[]) => Promise<readonly number[]>;

/**
 * Bounded least squares after Levenberg (1944) and Marquardt (1963), steps projected onto the bounds; the Jacobian is taken by
 * forward differences once and kept up to date by rank-one updates (Broyden 1965), since an evaluation is a dose computation.
 */
export async function leastSquares(
  evaluate: Evaluate,
  start: readonly number[],
  bounds: readonly Bounded[],
): Promise<FitResult> {
  let values = start.map((value, p) => clamp(value, bounds[p]));
  const [first, jacobian] = await jacobianAt(evaluate, values, bounds);
  const uncertainties = uncertaintiesOf(jacobian, values.length);
  let residuals = first;
  let cost = squares(residuals);
  const before = Math.sqrt(cost / Math.max(1, residuals.length));
  let damping = 1e-3;
  for (let iteration = 0; iteration < ITERATIONS && values.length > 0; iteration++) {
    const step = dampedStep(jacobian, residuals, damping);
    const next = values.map((value, p) => clamp(value + step[p], bounds[p]));
    const moved = next.map((value, p) => value - values[p]);
    if (moved.every((by, p) => Math.abs(by) < 0.02 * bounds[p].step)) break;
    const found = await evaluate(next);
    const nextCost = squares(found);
    update(jacobian, moved, found, residuals);
    if (nextCost < cost) {
      const gain = (cost - nextCost) / cost;
      [values, residuals, cost] = [next, found, nextCost];
      damping = Math.max(1e-6, damping / 5);
      if (gain < GAIN) break;
    } else {
      damping *= 10;
      if (damping > 1e4) break;
    }
  }
  const after = Math.sqrt(cost / Math.max(1, residuals.length));
  return { values, uncertainties, before, after };
}

/** Residuals at `values` and one row of derivatives a parameter. */
export async function jacobianAt(
  evaluate: Evaluate,
  values: readonly number[],
  bounds: readonly Bounded[],
): Promise<[residuals: readonly number[], jacobian: number[][]]> {
  const steps = values.map((value, p) => (value + bounds[p].step > bounds[p].high ? -bounds[p].step : bounds[p].step));
  const [residuals, ...moved] = await Promise.all([
    evaluate(values),
    ...steps.map((step, p) => evaluate(values.map((value, q) => (q === p ? value + step : value)))),
  ]);
  return [residuals, moved.map((at, p) => at.map((value, n) => (value - residuals[n]) / steps[p]))];
}

/** Standard deviations of parameters when residuals scatter by 1; infinite where the residuals do not depend on them. */
export function uncertaintiesOf(jacobian: readonly (readonly number[])[], count: number): number[] {
  const matrix = normalMatrix(jacobian);
  matrix.forEach((row, p) => {
    row[p] *= 1 + RIDGE;
  });
  const inverse = invert(matrix);
  return Array.from({ length: count }, (_, p) => {
    const variance = inverse?.[p][p] ?? Infinity;
    return variance > 0 && Number.isFinite(variance) ? Math.sqrt(variance) : Infinity;
  });
}

const clamp = (value: number, { low, high }: Bounded): number => Math.min(high, Math.max(low, value));
const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);
const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, n) => sum + value * b[n], 0);

const normalMatrix = (jacobian: readonly (readonly number[])[]): number[][] =>
  jacobian.map((row) => jacobian.map((other) => product(row, other)));

function dampedStep(jacobian: readonly number[][], residuals: readonly number[], damping: number): number[] {
  const matrix = normalMatrix(jacobian);
  const floor = 1e-9 * Math.max(...matrix.map((row, p) => row[p]), 1e-30);
  matrix.forEach((row, p) => {
    row[p] += damping * row[p] + floor;
  });
  const right = jacobian.map((row) => -product(row, residuals));
  const inverse = invert(matrix);
  return inverse === undefined ? right.map(() => 0) : inverse.map((row) => product(row, right));
}

function update(
  jacobian: number[][],
  moved: readonly number[],
  found: readonly number[],
  before: readonly number[],
): void {
  const length = squares(moved);
  if (length === 0) return;
  const missed = found.map(
    (value, n) => value - before[n] - jacobian.reduce((sum, row, p) => sum + row[n] * moved[p], 0),
  );
  jacobian.forEach((row, p) => {
    for (let n = 0; n < row.length; n++) row[n] += (missed[n] * moved[p]) / length;
  });
}

/** Inverse by Gauss–Jordan with pivoting; undefined for a singular matrix. */
function invert(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const size = matrix.length;
  // Scaled to a diagonal of ones: parameters differ in unit by orders of magnitude.
  const scale = matrix.map((row, p) => (row[p] > 0 ? 1 / Math.sqrt(row[p]) : 0));
  if (scale.includes(0)) return undefined;
  const rows = matrix.map((row, i) => [
    ...row.map((value, j) => value * scale[i] * scale[j]),
    ...matrix.map((_, j) => (i === j ? 1 : 0)),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row++)
      if (Math.abs(rows[row][pivot]) > Math.abs(rows[best][pivot])) best = row;
    if (Math.abs(rows[best][pivot]) < 1e-10) return undefined;
    [rows[pivot], rows[best]] = [rows[best], rows[pivot]];
    const head = rows[pivot][pivot];
    rows[pivot] = rows[pivot].map((value) => value / head);
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = rows[row][pivot];
      if (factor !== 0) rows[row] = rows[row].map((value, n) => value - factor * rows[pivot][n]);
    }
  }
  return rows.map((row, i) => row.slice(size).map((value, j) => value * scale[i] * scale[j]));
}
