import type { Objective } from '#shared/optimization/solver/boundedMinimum.ts';
import type { BoundedProblem } from './boundedProblems.ts';

const filled = (n: number, value: number): number[] => new Array<number>(n).fill(value);

/** Σ over the first m pairs of neighbours of g(xᵢxᵢ₊₁, i), less 10 Σ i xᵢ; i from 1. `pair` gives g and its derivative. */
const linearWith =
  (m: number, pair: (product: number, i: number) => readonly [number, number]): Objective =>
  (x, gradient) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      sum -= 10 * (i + 1) * x[i];
      gradient[i] = -10 * (i + 1);
    }
    for (let i = 0; i < m; i++) {
      const [value, slope] = pair(x[i] * x[i + 1], i + 1);
      sum += value;
      gradient[i] += slope * x[i + 1];
      gradient[i + 1] += slope * x[i];
    }
    return sum;
  };

const box = (name: string, n: number, [low, high]: readonly [number, number], start: number, objective: Objective) => ({
  name,
  objective,
  start: filled(n, start),
  lower: filled(n, low),
  upper: filled(n, high),
});

/**
 * Problems with bounds of CUTE: Bongartz, Conn, Gould, Toint, ACM Trans. Math. Softw. 21 (1995) 123. The optima of EXPLIN, EXPLIN2 and QUDLIN are
 * those of Vanderbei's table of its AMPL versions (seven digits), and so is that of CVXBQP1 with 10 000 variables, 2.250225e6 = 0.0225 n(n + 1).
 */
export const cuteProblems: readonly BoundedProblem[] = [
  {
    ...box('EXPLIN', 120, [0, 10], 0, linearWith(10, (p) => [Math.exp(0.1 * p), 0.1 * Math.exp(0.1 * p)])),
    minimum: -723_756.3,
    tolerance: 0.05,
  },
  {
    ...box('EXPLIN2', 120, [0, 10], 0, linearWith(10, (p, i) => {
      const value = Math.exp((i * p) / 100);
      return [value, (i * value) / 100];
    })),
    minimum: -724_459.1,
    tolerance: 0.05,
  },
  { ...box('QUDLIN', 12, [0, 10], 1, linearWith(6, (p) => [p, 1])), minimum: -7200, minimiser: filled(12, 10) },
  {
    ...box('CVXBQP1', 100, [0.1, 10], 0.5, (x, gradient) => {
      gradient.fill(0);
      let sum = 0;
      for (let i = 1; i <= x.length; i++) {
        const places = [i - 1, (2 * i - 1) % x.length, (3 * i - 1) % x.length];
        const inner = places.reduce((all, place) => all + x[place], 0);
        sum += 0.5 * i * inner * inner;
        for (const place of places) gradient[place] += i * inner;
      }
      return sum;
    }),
    minimum: 0.0225 * 100 * 101,
    minimiser: filled(100, 0.1),
  },
  {
    // Its terms are 0 where two neighbours are, and fall towards 0 without end elsewhere.
    ...box('BDEXP', 100, [0, Infinity], 1, (x, gradient) => {
      gradient.fill(0);
      let sum = 0;
      for (let i = 0; i + 2 < x.length; i++) {
        const both = x[i] + x[i + 1];
        const fall = Math.exp(-both * x[i + 2]);
        sum += both * fall;
        const slope = fall * (1 - both * x[i + 2]);
        gradient[i] += slope;
        gradient[i + 1] += slope;
        gradient[i + 2] -= both * both * fall;
      }
      return sum;
    }),
    minimum: 0,
    tolerance: 1e-5,
  },
  {
    name: 'CAMEL6: six-hump camel within ±3 and ±1.5',
    objective: ([x, y], gradient) => {
      gradient[0] = 8 * x - 8.4 * x ** 3 + 2 * x ** 5 + y;
      gradient[1] = x - 8 * y + 16 * y ** 3;
      return (4 - 2.1 * x * x + x ** 4 / 3) * x * x + x * y + (4 * y * y - 4) * y * y;
    },
    start: [1.1, 1.1],
    lower: [-3, -1.5],
    upper: [3, 1.5],
    // The lowest of its six minima, −1.031628 in Vanderbei's table; from CUTE's start the search finds it.
    minimum: -1.031628,
    tolerance: 1e-6,
  },
  {
    // At the book's start (100, 12.5, 3) every term is flat: gradients of 1e-6 and a value of 32.8 that no descent leaves.
    name: 'HS25, begun nearer',
    objective: ([a, b, c], gradient) => {
      gradient.fill(0);
      let sum = 0;
      for (let i = 1; i <= 99; i++) {
        const u = 25 + (-50 * Math.log(0.01 * i)) ** (2 / 3);
        const power = (u - b) ** c;
        const term = Math.exp(-power / a);
        const r = term - 0.01 * i;
        sum += r * r;
        gradient[0] += (2 * r * term * power) / (a * a);
        gradient[1] += (2 * r * term * c * power) / ((u - b) * a);
        gradient[2] -= (2 * r * term * power * Math.log(u - b)) / a;
      }
      return sum;
    },
    start: [60, 22, 1.6],
    lower: [0.1, 0, 0],
    upper: [100, 25.6, 5],
    minimum: 0,
    evaluations: 400,
  },
]; // biome-ignore format: a table
