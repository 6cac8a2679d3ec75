import type { CauchyPoint } from './cauchyPoint.ts';
import type { QuasiNewton } from './quasiNewton.ts';
import { solveInPlace } from './smallMatrix.ts';
import { type Bounds, clamp } from './vectors.ts';

/**
 * Minimises the quadratic model over the variables that the Cauchy point leaves off their bounds, by the direct primal method (Byrd, Lu,
 * Nocedal, Zhu 1995, section 5.1), and projects the result on the bounds; where that is no way down, the step is shortened to the first
 * bound instead (Morales, Nocedal, ACM Trans. Math. Softw. 38 (2011) 7).
 */
export function subspaceMinimum(
  x: Float64Array,
  gradient: Float64Array,
  bounds: Bounds,
  model: QuasiNewton,
  { point, c }: CauchyPoint,
): Float64Array {
  const free: number[] = [];
  for (let i = 0; i < x.length; i++) if (point[i] > bounds.lower[i] && point[i] < bounds.upper[i]) free.push(i);
  if (free.length === 0 || model.width === 0) return point;
  const step = newtonStep(x, gradient, model, { point, c }, free);
  if (step === undefined) return point;
  const projected = Float64Array.from(point);
  let slope = 0;
  for (const [k, i] of free.entries()) projected[i] = clamp(point[i] + step[k], bounds.lower[i], bounds.upper[i]);
  for (let i = 0; i < x.length; i++) slope += gradient[i] * (projected[i] - x[i]);
  if (slope < 0) return projected;
  let share = 1;
  for (const [k, i] of free.entries()) {
    if (step[k] > 0) share = Math.min(share, (bounds.upper[i] - point[i]) / step[k]);
    if (step[k] < 0) share = Math.min(share, (bounds.lower[i] - point[i]) / step[k]);
  }
  for (const [k, i] of free.entries()) {
    projected[i] = clamp(point[i] + share * step[k], bounds.lower[i], bounds.upper[i]);
  }
  return projected;
}

/** Unbounded minimiser over the free variables, from the Cauchy point, by the Sherman–Morrison–Woodbury formula. */
function newtonStep(
  x: Float64Array,
  gradient: Float64Array,
  model: QuasiNewton,
  { point, c }: CauchyPoint,
  free: readonly number[],
): Float64Array | undefined {
  const { theta, width } = model;
  const middleC = model.middleTimes(c);
  const row = new Float64Array(width);
  const residual = new Float64Array(free.length);
  const gathered = new Float64Array(width);
  const products = new Float64Array(width * width);
  for (const [k, i] of free.entries()) {
    model.rowOf(i, row);
    let r = gradient[i] + theta * (point[i] - x[i]);
    for (let a = 0; a < width; a++) r -= row[a] * middleC[a];
    residual[k] = r;
    for (let a = 0; a < width; a++) {
      gathered[a] += row[a] * r;
      for (let b = 0; b <= a; b++) products[a * width + b] += row[a] * row[b];
    }
  }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) products[b * width + a] = products[a * width + b];
  const v = model.middleTimes(gathered);
  const system = new Float64Array(width * width);
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += model.middle[a * width + k] * products[k * width + b];
      system[a * width + b] = (a === b ? 1 : 0) - sum / theta;
    }
  }
  if (!solveInPlace(system, v, width, 1)) return undefined;
  for (const [k, i] of free.entries()) {
    model.rowOf(i, row);
    let sum = 0;
    for (let a = 0; a < width; a++) sum += row[a] * v[a];
    residual[k] = -residual[k] / theta - sum / (theta * theta);
  }
  return residual.every(Number.isFinite) ? residual : undefined;
}
