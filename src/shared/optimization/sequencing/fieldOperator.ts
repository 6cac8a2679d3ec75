import type { DoseOperator } from '../influence/doseOperator.ts';

/**
 * An operator whose directions are those that fields shine from: fields beside each other share a direction of the operator beneath, and
 * directions without a field are left out.
 */
export class FieldOperator implements DoseOperator {
  readonly directions: DoseOperator['directions'];
  readonly columns: number;
  readonly rows: number;
  readonly #whole: DoseOperator;
  readonly #from: readonly number[];
  readonly #weights: Float64Array;

  /** @param directionOf index into the directions of `whole`, by field. */
  constructor(whole: DoseOperator, directionOf: readonly number[]) {
    let columns = 0;
    this.directions = directionOf.map((index) => {
      const { beam, lattice, from, to } = whole.directions[index];
      return { beam, lattice, from: columns, to: (columns += to - from) };
    });
    this.columns = columns;
    this.rows = whole.rows;
    this.#whole = whole;
    this.#from = directionOf.map((index) => whole.directions[index].from);
    this.#weights = new Float64Array(whole.columns);
  }

  times(x: Float64Array, doses: Float64Array): void | Promise<void> {
    this.#weights.fill(0);
    for (const [field, { from, to }] of this.directions.entries())
      for (let n = from; n < to; n++) this.#weights[this.#from[field] + n - from] += x[n];
    return this.#whole.times(this.#weights, doses);
  }

  async transposeTimes(y: Float64Array, gradient: Float64Array): Promise<void> {
    await this.#whole.transposeTimes(y, this.#weights);
    for (const [field, { from, to }] of this.directions.entries())
      gradient.set(this.#weights.subarray(this.#from[field], this.#from[field] + to - from), from);
  }
}
