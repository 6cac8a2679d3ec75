import { viewOf } from '../../dosimetry/beam/sourceView.ts';
import { errorFunction } from '../../dosimetry/errorFunction.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelGrid } from './bixelGrid.ts';

/**
 * What the extra-focal source adds to the fluence that leaves let through: every bixel's opening, enlarged as that source sees the leaves'
 * middle and blurred by its size (dosimetry/beam/sourceView.ts), a product of one matrix along x and one along y. Jaws and leakage of
 * the leaves are left out of it.
 */
export class ExtraFocal {
  readonly #grid: BixelGrid;
  readonly #weight: number;
  readonly #alongX: Float64Array;
  readonly #alongY: Float64Array;
  readonly #between: Float64Array;

  constructor(grid: BixelGrid, machine: Machine, leafDistance: number) {
    const { extraFocal } = machine.beam;
    const view = viewOf(extraFocal, machine.sourceAxisDistance);
    const [scale, sigma] = [view.magnification(leafDistance), view.sigma(leafDistance)];
    const matrix = (count: number, first: number): Float64Array =>
      Float64Array.from({ length: count * count }, (_, n) => {
        const at = first + grid.width * Math.floor(n / count);
        const opening = scale * (first + grid.width * (n % count));
        const half = (scale * grid.width) / 2;
        const root = Math.SQRT2 * sigma;
        return (errorFunction((at - opening + half) / root) - errorFunction((at - opening - half) / root)) / 2;
      });
    this.#grid = grid;
    this.#weight = extraFocal.weight;
    this.#alongX = matrix(grid.columns, grid.first[0]);
    this.#alongY = matrix(grid.rows, grid.first[1]);
    this.#between = new Float64Array(grid.columns * grid.rows);
  }

  /** Adds to `fluence` what `open` lets through of the source. */
  add(open: Float64Array, fluence: Float64Array): void {
    this.#apply(open, fluence, (count, to, from) => from + count * to);
  }

  /** Adds to `open` what it changes in the sum of `fluence`: the transpose of `add`. */
  addTranspose(fluence: Float64Array, open: Float64Array): void {
    this.#apply(fluence, open, (count, to, from) => to + count * from);
  }

  #apply(from: Float64Array, to: Float64Array, entry: (count: number, to: number, from: number) => number): void {
    const { columns, rows } = this.#grid;
    const between = this.#between;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let n = 0; n < columns; n++) sum += this.#alongX[entry(columns, column, n)] * from[n + columns * row];
        between[column + columns * row] = sum;
      }
    for (let row = 0; row < rows; row++)
      for (let n = 0; n < rows; n++) {
        const share = this.#weight * this.#alongY[entry(rows, row, n)];
        for (let column = 0; column < columns; column++)
          to[column + columns * row] += share * between[column + columns * n];
      }
  }
}
