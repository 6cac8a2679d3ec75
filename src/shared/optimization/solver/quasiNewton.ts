import { solveInPlace } from './smallMatrix.ts';
import { dot } from './vectors.ts';

/**
 * Limited-memory BFGS approximation of the Hessian in compact form, B = θI − W M Wᵀ with W = [Y θS] (Byrd, Nocedal, Schnabel, Math.
 * Program. 63 (1994) 129; equations 3.2–3.4 of Byrd, Lu, Nocedal, Zhu, SIAM J. Sci. Comput. 16 (1995) 1190).
 */
export class QuasiNewton {
  readonly #memory: number;
  #steps: Float64Array[] = [];
  #changes: Float64Array[] = [];
  theta = 1;
  /** M, 2k×2k row by row for k remembered pairs. */
  middle = new Float64Array(0);

  constructor(memory: number) {
    this.#memory = memory;
  }

  /** Columns of W: twice the remembered pairs. */
  get width(): number {
    return 2 * this.#steps.length;
  }

  forget(): void {
    this.#steps = [];
    this.#changes = [];
    this.theta = 1;
    this.middle = new Float64Array(0);
  }

  /** Remembers a step and the gradient's change over it, unless their curvature is not positive. */
  update(step: Float64Array, change: Float64Array): void {
    const curvature = dot(step, change);
    const square = dot(change, change);
    if (!(curvature > Number.EPSILON * square)) return;
    if (this.#steps.length === this.#memory) {
      this.#steps.shift();
      this.#changes.shift();
    }
    this.#steps.push(step);
    this.#changes.push(change);
    this.theta = square / curvature;
    this.#renewMiddle();
  }

  /** Row `i` of W into `row`. */
  rowOf(i: number, row: Float64Array): void {
    const pairs = this.#steps.length;
    for (let k = 0; k < pairs; k++) {
      row[k] = this.#changes[k][i];
      row[pairs + k] = this.theta * this.#steps[k][i];
    }
  }

  /** Wᵀ v. */
  transposeTimes(v: Float64Array): Float64Array {
    const pairs = this.#steps.length;
    const product = new Float64Array(2 * pairs);
    for (let k = 0; k < pairs; k++) {
      product[k] = dot(this.#changes[k], v);
      product[pairs + k] = this.theta * dot(this.#steps[k], v);
    }
    return product;
  }

  /** M v. */
  middleTimes(v: Float64Array): Float64Array {
    const n = this.width;
    const product = new Float64Array(n);
    for (let row = 0; row < n; row++) {
      let sum = 0;
      for (let c = 0; c < n; c++) sum += this.middle[row * n + c] * v[c];
      product[row] = sum;
    }
    return product;
  }

  /** M is the inverse of [[−D, Lᵀ], [L, θSᵀS]]: D the diagonal and L the strictly lower part of SᵀY. */
  #renewMiddle(): void {
    const pairs = this.#steps.length;
    const n = 2 * pairs;
    const inverse = new Float64Array(n * n);
    for (let i = 0; i < pairs; i++) {
      inverse[i * n + i] = -dot(this.#steps[i], this.#changes[i]);
      for (let j = 0; j < i; j++) {
        const lower = dot(this.#steps[i], this.#changes[j]);
        inverse[(pairs + i) * n + j] = lower;
        inverse[j * n + pairs + i] = lower;
      }
      for (let j = 0; j < pairs; j++) {
        inverse[(pairs + i) * n + pairs + j] = this.theta * dot(this.#steps[i], this.#steps[j]);
      }
    }
    const middle = new Float64Array(n * n);
    for (let i = 0; i < n; i++) middle[i * n + i] = 1;
    if (!solveInPlace(inverse, middle, n, n)) {
      this.forget();
      return;
    }
    this.middle = middle;
  }
}
