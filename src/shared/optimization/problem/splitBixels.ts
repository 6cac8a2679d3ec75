import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import type { Among, Direction, DoseOperator } from '../influence/doseOperator.ts';

/** Every bixel in `parts` × `parts` squares, one bixel's after the other. */
export function splitLattice({ width, middles }: BixelLattice, parts: number): BixelLattice {
  const steps = Array.from({ length: parts }, (_, n) => ((n + 0.5) / parts - 0.5) * width);
  return {
    width: width / parts,
    middles: middles.flatMap(([x, y]) => steps.flatMap((dy) => steps.map((dx) => [x + dx, y + dy] as const))),
  };
}

/** The operator of whole bixels over that of their parts (splitLattice): what fluence maps are sought on. */
export class WholeBixels implements DoseOperator {
  readonly directions: readonly Direction[];
  readonly columns: number;
  readonly rows: number;
  readonly #split: DoseOperator;
  /** Parts of a bixel. */
  readonly #each: number;
  readonly #weights: Float64Array;

  /** @param lattices of whole bixels, by direction. */
  constructor(split: DoseOperator, lattices: readonly BixelLattice[], parts: number) {
    this.#each = parts * parts;
    this.directions = split.directions.map(({ beam, from, to }, n) => ({
      beam,
      lattice: lattices[n],
      from: from / this.#each,
      to: to / this.#each,
    }));
    this.columns = split.columns / this.#each;
    this.rows = split.rows;
    this.#split = split;
    this.#weights = new Float64Array(split.columns);
  }

  times(x: Float64Array, doses: Float64Array, among?: Among): void | Promise<void> {
    for (let n = 0; n < this.#weights.length; n++) this.#weights[n] = x[Math.floor(n / this.#each)];
    return this.#split.times(this.#weights, doses, among);
  }

  async transposeTimes(y: Float64Array, gradient: Float64Array, among?: Among): Promise<void> {
    await this.#split.transposeTimes(y, this.#weights, among);
    gradient.fill(0);
    for (let n = 0; n < this.#weights.length; n++) gradient[Math.floor(n / this.#each)] += this.#weights[n];
  }
}
