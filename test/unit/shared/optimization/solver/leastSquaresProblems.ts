import type { Objective } from '#shared/optimization/solver/boundedMinimum.ts';
import type { BoundedProblem } from './boundedProblems.ts';

/** A residual with its derivatives: [r, ∂r/∂x₁, …]. */
type Residual = (x: Float64Array, i: number) => readonly number[];

/** Σ rᵢ² over i = 0 … m − 1. */
const squares =
  (m: number, residual: Residual): Objective =>
  (x, gradient) => {
    gradient.fill(0);
    let sum = 0;
    for (let i = 0; i < m; i++) {
      const [r, ...slopes] = residual(x, i);
      sum += r * r;
      for (const [j, slope] of slopes.entries()) gradient[j] += 2 * r * slope;
    }
    return sum;
  };

const BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
const KOWALIK = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
const OSBORNE = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];

/** Without bounds, optima published to six digits: `last` is one unit of the last one. */
const free = (
  name: string,
  start: readonly number[],
  minimum: number,
  last: number,
  objective: Objective,
  minimiser?: readonly number[],
): BoundedProblem => ({
  name,
  objective,
  start,
  lower: start.map(() => -Infinity),
  upper: start.map(() => Infinity),
  minimum,
  tolerance: last,
  ...(minimiser && { minimiser }),
});

/** Moré, Garbow, Hillstrom, Testing unconstrained optimization software, ACM Trans. Math. Softw. 7 (1981) 17, by their numbers. */
export const leastSquaresProblems: readonly BoundedProblem[] = [
  free('MGH2 Freudenstein and Roth, from where its second minimum is nearest', [0.5, -2], 48.9842, 1e-4, squares(2, ([x, y], i) =>
    i === 0
      ? [-13 + x + ((5 - y) * y - 2) * y, 1, 10 * y - 3 * y * y - 2]
      : [-29 + x + ((y + 1) * y - 14) * y, 1, 3 * y * y + 2 * y - 14],
  )),
  free('MGH5 Beale', [1, 1], 0, 1e-9, squares(3, ([x, y], i) => {
    const power = y ** (i + 1);
    return [[1.5, 2.25, 2.625][i] - x * (1 - power), power - 1, (i + 1) * x * y ** i];
  }), [3, 0.5]),
  free('MGH6 Jennrich and Sampson', [0.3, 0.4], 124.362, 1e-3, squares(10, ([x, y], i) => {
    const [p, q] = [Math.exp((i + 1) * x), Math.exp((i + 1) * y)];
    return [2 + 2 * (i + 1) - p - q, -(i + 1) * p, -(i + 1) * q];
  }), [0.2578, 0.2578]),
  free('MGH8 Bard', [1, 1, 1], 8.21487e-3, 1e-8, squares(15, ([x, y, z], i) => {
    const [u, v] = [i + 1, 15 - i];
    const w = Math.min(u, v);
    const below = v * y + w * z;
    return [BARD[i] - (x + u / below), -1, (u * v) / below ** 2, (u * w) / below ** 2];
  })),
  free('MGH15 Kowalik and Osborne', [0.25, 0.39, 0.415, 0.39], 3.07505e-4, 1e-9, squares(11, ([a, b, c, d], i) => {
    const u = OSBORNE[i];
    const [above, below] = [u * u + u * b, u * u + u * c + d];
    return [KOWALIK[i] - (a * above) / below, -above / below, (-a * u) / below, (a * above * u) / below ** 2, (a * above) / below ** 2];
  })),
  free('MGH16 Brown and Dennis', [25, 5, -5, -1], 85_822.2, 0.1, squares(20, ([a, b, c, d], i) => {
    const t = (i + 1) / 5;
    const p = a + t * b - Math.exp(t);
    const q = c + d * Math.sin(t) - Math.cos(t);
    return [p * p + q * q, 2 * p, 2 * p * t, 2 * q, 2 * q * Math.sin(t)];
  })),
  free('MGH35 Chebyquad of 8', Array.from({ length: 8 }, (_, j) => (j + 1) / 9), 3.51687e-3, 1e-8, squares(8, (x, i) => {
    // Shifted Chebyshev polynomials of degree i + 1; the integral over 0 … 1 is 0 for odd degrees and −1/(k² − 1) for even ones.
    const degree = i + 1;
    const values = Array.from(x, (at) => chebyshev(degree, 2 * at - 1));
    const integral = degree % 2 === 1 ? 0 : -1 / (degree * degree - 1);
    return [values.reduce((sum, [value]) => sum + value, 0) / 8 - integral, ...values.map(([, slope]) => slope / 4)];
  })),
]; // biome-ignore format: a table

/** Value and slope of a Chebyshev polynomial by their recursions. */
function chebyshev(degree: number, x: number): readonly [number, number] {
  let [before, value, slopeBefore, slope] = [1, x, 0, 1];
  for (let k = 1; k < degree; k++)
    [before, value, slopeBefore, slope] = [
      value,
      2 * x * value - before,
      slope,
      2 * value + 2 * x * slope - slopeBefore,
    ];
  return [value, slope];
}
