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
  readonly #grid: BixelGrid;
  readonly #weight: number;
  readonly #alongX: Float64Array;
  readonly #alongY: Float64Array;
  readonly #between: Float64Array;

  constructor(grid: BixelGrid, machine: Machine, leafDistance: number, jaws: JawSetting) {
    const { extraFocal } = machine.beam;
    const view = viewOf(extraFocal, machine.sourceAxisDistance);
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
    this.#grid = grid;
    this.#weight = extraFocal.weight;
    this.#alongX = matrix(grid.columns, grid.first[0], jaws.x, machine.head.jawX);
    this.#alongY = matrix(grid.rows, grid.first[1], jaws.y, machine.head.jawY);
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
