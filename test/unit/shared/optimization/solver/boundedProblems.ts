import type { Objective } from '#shared/optimization/solver/boundedMinimum.ts';

export interface BoundedProblem {
  readonly name: string;
  readonly objective: Objective;
  readonly start: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly minimum: number;
  /** How far the value found may be from it; 1e-8 unless it is published to fewer digits. */
  readonly tolerance?: number;
  /** Evaluations that must do; 200 unless given. */
  readonly evaluations?: number;
  /** Left out where the minimiser is ill-determined. */
  readonly minimiser?: readonly number[];
}

const NONE = [Infinity, Infinity, Infinity, Infinity];
const ROOT = Math.sqrt(598 / 1200);

function rosenbrock([x, y]: Float64Array, gradient: Float64Array): number {
  const a = y - x * x;
  gradient[0] = -400 * x * a - 2 * (1 - x);
  gradient[1] = 200 * a;
  return 100 * a * a + (1 - x) ** 2;
}

/** Problem 1 of the sample programs of L-BFGS-B (Zhu, Byrd, Lu, Nocedal, ACM Trans. Math. Softw. 23 (1997) 550). */
function chained(x: Float64Array, gradient: Float64Array): number {
  let sum = 0.25 * (x[0] - 1) ** 2;
  gradient.fill(0);
  gradient[0] = 0.5 * (x[0] - 1);
  for (let i = 1; i < x.length; i++) {
    const a = x[i] - x[i - 1] ** 2;
    sum += a * a;
    gradient[i] += 2 * a;
    gradient[i - 1] -= 4 * a * x[i - 1];
  }
  for (let i = 0; i < x.length; i++) gradient[i] *= 4;
  return 4 * sum;
}

/**
 * Numbered problems, starts and optima: Hock, Schittkowski, Test Examples for Nonlinear Programming Codes (1981), those with bounds only.
 * Powell: Moré, Garbow, Hillstrom, ACM Trans. Math. Softw. 7 (1981) 17, problem 13.
 */
export const problems: readonly BoundedProblem[] = [
  {
    name: 'HS1',
    objective: rosenbrock,
    start: [-2, 1],
    lower: [-Infinity, -1.5],
    upper: NONE.slice(2),
    minimum: 0,
    minimiser: [1, 1],
  },
  {
    name: 'HS2',
    objective: rosenbrock,
    // From the book's start (−2, 1) the nearest valley ends in a second minimum, 4.9412.
    start: [2, 1],
    lower: [-Infinity, 1.5],
    upper: NONE.slice(2),
    minimum: 0.0504261879,
    minimiser: [2 * ROOT * Math.cos(Math.acos(1 / (400 * ROOT ** 3)) / 3), 1.5],
  },
  {
    name: 'HS3',
    objective: ([x, y], gradient) => {
      gradient[0] = -2e-5 * (y - x);
      gradient[1] = 1 + 2e-5 * (y - x);
      return y + 1e-5 * (y - x) ** 2;
    },
    start: [10, 1],
    lower: [-Infinity, 0],
    upper: NONE.slice(2),
    minimum: 0,
    minimiser: [0, 0],
  },
  {
    name: 'HS4',
    objective: ([x, y], gradient) => {
      gradient[0] = (x + 1) ** 2;
      gradient[1] = 1;
      return (x + 1) ** 3 / 3 + y;
    },
    start: [1.125, 0.125],
    lower: [1, 0],
    upper: NONE.slice(2),
    minimum: 8 / 3,
    minimiser: [1, 0],
  },
  {
    name: 'HS5',
    objective: ([x, y], gradient) => {
      gradient[0] = Math.cos(x + y) + 2 * (x - y) - 1.5;
      gradient[1] = Math.cos(x + y) - 2 * (x - y) + 2.5;
      return Math.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1;
    },
    start: [0, 0],
    lower: [-1.5, -3],
    upper: [4, 3],
    minimum: -Math.sqrt(3) / 2 - Math.PI / 3,
    minimiser: [0.5 - Math.PI / 3, -0.5 - Math.PI / 3],
  },
  {
    name: 'HS38',
    objective: ([a, b, c, d], gradient) => {
      const p = b - a * a;
      const q = d - c * c;
      gradient[0] = -400 * a * p - 2 * (1 - a);
      gradient[1] = 200 * p + 20.2 * (b - 1) + 19.8 * (d - 1);
      gradient[2] = -360 * c * q - 2 * (1 - c);
      gradient[3] = 180 * q + 20.2 * (d - 1) + 19.8 * (b - 1);
      const rest = 10.1 * ((b - 1) ** 2 + (d - 1) ** 2) + 19.8 * (b - 1) * (d - 1);
      return 100 * p * p + (1 - a) ** 2 + 90 * q * q + (1 - c) ** 2 + rest;
    },
    start: [-3, -1, -3, -1],
    lower: [-10, -10, -10, -10],
    upper: [10, 10, 10, 10],
    minimum: 0,
    minimiser: [1, 1, 1, 1],
  },
  {
    name: 'HS45',
    objective: (x, gradient) => {
      for (let i = 0; i < 5; i++) gradient[i] = -x.reduce((all, value, k) => (k === i ? all : all * value), 1) / 120;
      return 2 - x.reduce((all, value) => all * value, 1) / 120;
    },
    start: [2, 2, 2, 2, 2],
    lower: [0, 0, 0, 0, 0],
    upper: [1, 2, 3, 4, 5],
    minimum: 1,
    minimiser: [1, 2, 3, 4, 5],
  },
  {
    name: 'HS110',
    objective: (x, gradient) => {
      const root = x.reduce((all, value) => all * value, 1) ** 0.2;
      let sum = 0;
      for (let i = 0; i < x.length; i++) {
        const a = Math.log(x[i] - 2);
        const b = Math.log(10 - x[i]);
        sum += a * a + b * b;
        gradient[i] = (2 * a) / (x[i] - 2) - (2 * b) / (10 - x[i]) - (0.2 * root) / x[i];
      }
      return sum - root;
    },
    start: new Array<number>(10).fill(9),
    lower: new Array<number>(10).fill(2.001),
    upper: new Array<number>(10).fill(9.999),
    minimum: -45.77846971,
    minimiser: new Array<number>(10).fill(9.35025655),
  },
  {
    name: 'Rosenbrock chain of 25 within bounds',
    objective: chained,
    start: new Array<number>(25).fill(3),
    lower: Array.from({ length: 25 }, (_, i) => (i % 2 === 0 ? 1 : -100)),
    upper: new Array<number>(25).fill(100),
    // The last variable changes 2²⁴ times as fast as the first along the valley: it says nothing of the objective.
    minimum: 0,
  },
  {
    name: 'Powell singular',
    objective: ([a, b, c, d], gradient) => {
      const [p, q, r, s] = [a + 10 * b, c - d, b - 2 * c, a - d];
      gradient[0] = 2 * p + 40 * s ** 3;
      gradient[1] = 20 * p + 4 * r ** 3;
      gradient[2] = 10 * q - 8 * r ** 3;
      gradient[3] = -10 * q - 40 * s ** 3;
      return p * p + 5 * q * q + r ** 4 + 10 * s ** 4;
    },
    start: [3, -1, 0, 1],
    lower: NONE.map((value) => -value),
    upper: NONE,
    minimum: 0,
  },
];
