import type { DoseOperator } from '../influence/doseOperator.ts';
import type { ApertureFluence } from './apertureFluence.ts';
import type { Apertures, Exposure } from './apertures.ts';
import type { SeenEnds } from './leafEnds.ts';

/** An exposure with its place among all, and its leaves as they were last looked at. */
interface Placed extends Exposure {
  readonly index: number;
  readonly seen: SeenEnds;
}

/**
 * Bixel weights of all directions from apertures, and the transpose of their derivative.
 */
export class ExposedFluence {
  readonly #operator: DoseOperator;
  readonly #models: readonly ApertureFluence[];
  /** By direction. */
  readonly #exposures: readonly (readonly Placed[])[];
  readonly #open: readonly Float64Array[];

  /** @param models by direction. */
  constructor(operator: DoseOperator, models: readonly ApertureFluence[], exposures: readonly Exposure[]) {
    this.#operator = operator;
    this.#models = models;
    this.#exposures = models.map((_, n) =>
      exposures.flatMap((one, index) => (one.direction === n ? [{ ...one, index, seen: models[n].unseen() }] : [])),
    );
    this.#open = models.map(({ grid }) => new Float64Array(grid.columns * grid.rows));
  }

  /** Overwrites `bixels` (all columns of the operator). */
  forward({ shapes, weights }: Apertures, bixels: Float64Array): void {
    for (const [n, { from, to }] of this.#operator.directions.entries()) {
      if (this.#exposures[n].length === 0) {
        bixels.fill(0, from, to);
        continue;
      }
      const open = this.#open[n].fill(0);
      for (const { from: begin, to: end, index, seen } of this.#exposures[n])
        this.#models[n].addOpening(shapes[begin], shapes[end], weights[index], open, seen);
      this.#models[n].toBixels(open, bixels.subarray(from, to));
    }
  }

  /** Adds what a gradient on bixel weights says of the shapes to `shapeGradients`, and of the weights to `weightGradient`. */
  backward(
    { shapes, weights }: Apertures,
    bixelGradient: Float64Array,
    shapeGradients: readonly Float64Array[],
    weightGradient: Float64Array,
  ): void {
    for (const [n, { from, to }] of this.#operator.directions.entries()) {
      if (this.#exposures[n].length === 0) continue;
      const gradient = this.#open[n];
      this.#models[n].fromBixels(bixelGradient.subarray(from, to), gradient);
      for (const { from: begin, to: end, index, seen } of this.#exposures[n])
        weightGradient[index] += this.#models[n].addOpeningGradient(
          shapes[begin],
          shapes[end],
          weights[index],
          gradient,
          shapeGradients[begin],
          shapeGradients[end],
          seen,
        );
    }
  }
}
