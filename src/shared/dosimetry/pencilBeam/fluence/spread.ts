import { errorFunction } from '../../errorFunction.ts';
import type { Plane } from './contract.ts';

/** A regular lattice of bixels; `at` is the bixel's place, column + columns · row. */
export interface Lattice {
  readonly width: number;
  readonly first: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
}

/** Along one axis: what a bixel gives a node, by node − nodes · bixel. */
interface Axis {
  /** Nodes from one bixel to the next. */
  readonly nodes: number;
  /** Node at the first bixel's middle. */
  readonly middle: number;
  /** Furthest node from a bixel's middle that gets something. */
  readonly reach: number;
  /** Four Gaussians a node: at 4 · (distance in nodes + reach). */
  readonly profile: Float64Array;
}

/**
 * Spreads the fluence of a lattice's bixels over a plane of four Gaussians and gathers a plane's gradient back to the bixels: every bixel
 * is a square under each Gaussian, a product of error functions along x and y.
 */
export class Spread {
  readonly plane: Plane;
  readonly #lattice: Lattice;
  readonly #x: Axis;
  readonly #y: Axis;
  readonly #between: Float64Array;

  /**
   * @param nodes of the plane from one bixel to the next.
   * @param low, high corners that the plane must hold, mm.
   * @param sigmas of the four Gaussians, mm, and what else blurs along x and y.
   * @param reach in standard deviations after which a Gaussian is nothing.
   */
  constructor(
    lattice: Lattice,
    nodes: number,
    [low, high]: readonly [readonly [number, number], readonly [number, number]],
    sigmas: readonly number[],
    blur: readonly [number, number],
    reach: number,
  ) {
    const pitch = lattice.width / nodes;
    const count = [lattice.columns, lattice.rows];
    const before = [0, 1].map((axis) => Math.max(1, Math.ceil((lattice.first[axis] - low[axis]) / pitch)));
    const size = [0, 1].map((axis) => {
      const last = lattice.first[axis] + (count[axis] - 1) * lattice.width;
      return before[axis] + nodes * (count[axis] - 1) + 2 + Math.max(1, Math.ceil((high[axis] - last) / pitch));
    });
    const from = [0, 1].map((axis) => lattice.first[axis] - before[axis] * pitch);
    this.plane = { from: [from[0], from[1]], pitch, width: size[0], height: size[1] };
    this.#lattice = lattice;
    const axisOf = (axis: 0 | 1): Axis => {
      const scales = sigmas.map((sigma) => Math.SQRT2 * Math.hypot(sigma, blur[axis]));
      const far = lattice.width / 2 + (reach * Math.max(...scales)) / Math.SQRT2;
      const most = Math.min(Math.ceil(far / pitch), size[axis] + nodes * count[axis]);
      const profile = new Float64Array(4 * (2 * most + 1));
      for (let n = -most; n <= most; n++)
        scales.forEach((scale, term) => {
          const [a, b] = [n * pitch + lattice.width / 2, n * pitch - lattice.width / 2];
          profile[4 * (n + most) + term] = (errorFunction(a / scale) - errorFunction(b / scale)) / 2;
        });
      return { nodes, middle: before[axis], reach: most, profile };
    };
    this.#x = axisOf(0);
    this.#y = axisOf(1);
    this.#between = new Float64Array(4 * size[0] * lattice.rows);
  }

  /** Overwrites the plane's values with those of `fluence` (columns · rows). */
  forward(fluence: Float64Array, values: Float32Array): void {
    const { columns, rows } = this.#lattice;
    const { width, height } = this.plane;
    const between = this.#between.fill(0);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const weight = fluence[column + columns * row];
        if (weight === 0) continue;
        const { from, to, shift } = span(this.#x, column, width);
        for (let at = 4 * from; at < 4 * to; at++)
          between[4 * width * row + at] += weight * this.#x.profile[at + 4 * shift];
      }
    values.fill(0);
    for (let row = 0; row < rows; row++) {
      const { from, to, shift } = span(this.#y, row, height);
      for (let j = from; j < to; j++) {
        const p = 4 * (j + shift);
        for (let i = 0, at = 4 * width * j, b = 4 * width * row; i < width; i++, at += 4, b += 4)
          for (let term = 0; term < 4; term++) values[at + term] += this.#y.profile[p + term] * between[b + term];
      }
    }
  }

  /** Adds to `gradient` (columns · rows) what the plane's gradient says of each bixel: the transpose of `forward`. */
  backward(values: Float32Array, gradient: Float64Array): void {
    const { columns, rows } = this.#lattice;
    const { width, height } = this.plane;
    const between = this.#between.fill(0);
    for (let row = 0; row < rows; row++) {
      const { from, to, shift } = span(this.#y, row, height);
      for (let j = from; j < to; j++) {
        const p = 4 * (j + shift);
        for (let i = 0, at = 4 * width * j, b = 4 * width * row; i < width; i++, at += 4, b += 4)
          for (let term = 0; term < 4; term++) between[b + term] += this.#y.profile[p + term] * values[at + term];
      }
    }
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const { from, to, shift } = span(this.#x, column, width);
        let sum = 0;
        for (let at = 4 * from; at < 4 * to; at++)
          sum += between[4 * width * row + at] * this.#x.profile[at + 4 * shift];
        gradient[column + columns * row] += sum;
      }
  }
}

/** The nodes that a bixel reaches, and what leads from a node to its place in the profile. */
function span({ nodes, middle, reach }: Axis, bixel: number, size: number) {
  const at = middle + nodes * bixel;
  return { from: Math.max(0, at - reach), to: Math.min(size, at + reach + 1), shift: reach - at };
}
