import { viewOf } from '../../dosimetry/beam/sourceView.ts';
import { errorFunction } from '../../dosimetry/errorFunction.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelGrid } from './bixelGrid.ts';

/** Jaw positions, mm at the isocenter plane: [negative, positive] along x and y. */
export interface JawSetting {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/**
 * What the extra-focal source adds to the fluence that leaves let through. A place sees a part of the source through every bixel's opening at
 * the leaves' middle, and no more of it than the jaws leave (dosimetry/beam/sourceView.ts): along either axis the measure of what two
 * intervals of a Gaussian have in common, a product of one matrix along x and one along y. Leakage through jaws is left out of it.
 */
export class ExtraFocal {
  readonly #columns: number;
  readonly #rows: number;
  readonly #add: AlongAxes;
  readonly #transpose: AlongAxes;
  readonly #between: Float64Array;

  constructor(grid: BixelGrid, machine: Machine, leafDistance: number, jaws: JawSetting) {
    const { extraFocal } = machine.beam;
    const view = viewOf(extraFocal, machine.sourceAxisDistance);
    /** Row by place on the isocenter plane, column by opening. */
    const matrix = (count: number, first: number, jaw: readonly [number, number], jawDistance: number): Float64Array =>
      Float64Array.from({ length: count * count }, (_, n) => {
        const at = first + grid.width * Math.floor(n / count);
        // Where the ray through an edge comes from in the source, in standard deviations.
        const seen = (edge: number, distance: number): number =>
          (view.magnification(distance) * edge - at) / view.sigma(distance);
        const opening = first + grid.width * (n % count);
        const [low, high] = [-0.5, 0.5].map((side) => seen(opening + side * grid.width, leafDistance));
        const from = Math.max(low, seen(jaw[0], jawDistance));
        const to = Math.min(high, seen(jaw[1], jawDistance));
        return from < to ? (errorFunction(to / Math.SQRT2) - errorFunction(from / Math.SQRT2)) / 2 : 0;
      });
    const { columns, rows } = grid;
    const x = matrix(columns, grid.first[0], jaws.x, machine.head.jawX);
    const y = matrix(rows, grid.first[1], jaws.y, machine.head.jawY).map((share) => extraFocal.weight * share);
    this.#columns = columns;
    this.#rows = rows;
    this.#add = { x: transposed(x, columns), y };
    this.#transpose = { x, y: transposed(y, rows) };
    this.#between = new Float64Array(columns * rows);
  }

  /** Adds to `fluence` what `open` lets through of the source. */
  add(open: Float64Array, fluence: Float64Array): void {
    this.#apply(this.#add, open, fluence);
  }

  /** Adds to `open` what it changes in the sum of `fluence`: the transpose of `add`. */
  addTranspose(fluence: Float64Array, open: Float64Array): void {
    this.#apply(this.#transpose, fluence, open);
  }

  #apply({ x, y }: AlongAxes, from: Float64Array, to: Float64Array): void {
    const [columns, rows] = [this.#columns, this.#rows];
    const between = this.#between.fill(0);
    for (let row = 0; row < rows; row++) addRows(between, columns * row, columns, x, from, columns * row, columns);
    for (let row = 0; row < rows; row++) addRows(to, columns * row, columns, between, y, rows * row, rows);
  }
}

/** Along x: by where from, then where to; along y: by where to, then where from. */
interface AlongAxes {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Adds `count` rows of `length` numbers, each times its factor, to the numbers from `at` on: one row after the other, so that the sum is the same
 * however many are taken in one go.
 */
function addRows(
  to: Float64Array,
  at: number,
  length: number,
  rows: Float64Array,
  factors: Float64Array,
  first: number,
  count: number,
): void {
  let n = 0;
  for (; n + 4 <= count; n += 4) {
    const [a, b, c, d] = [factors[first + n], factors[first + n + 1], factors[first + n + 2], factors[first + n + 3]];
    const row = length * n;
    for (let k = 0; k < length; k++)
      to[at + k] =
        to[at + k] +
        a * rows[row + k] +
        b * rows[row + length + k] +
        c * rows[row + 2 * length + k] +
        d * rows[row + 3 * length + k];
  }
  for (; n < count; n++) for (let k = 0; k < length; k++) to[at + k] += factors[first + n] * rows[length * n + k];
}

const transposed = (matrix: Float64Array, count: number): Float64Array =>
  matrix.map((_, n) => matrix[Math.floor(n / count) + count * (n % count)]);
