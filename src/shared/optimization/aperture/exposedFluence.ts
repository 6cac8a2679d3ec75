import type { DoseOperator } from '../influence/doseOperator.ts';
import type { ApertureFluence } from './apertureFluence.ts';
import type { Apertures, Exposure } from './apertures.ts';

/** Moving leaves are looked at so many times in an exposure. */
const LOOKS = 3;

interface Look {
  readonly shape: Float64Array;
  readonly late: number;
}

/**
 * Bixel weights of all directions from apertures, and the transpose of their derivative. Moving leaves count as the mean of a few standing
 * between the two shapes.
 */
export class ExposedFluence {
  readonly #operator: DoseOperator;
  readonly #models: readonly ApertureFluence[];
  /** By direction. */
  readonly #exposures: readonly (readonly (Exposure & { readonly index: number })[])[];
  readonly #open: readonly Float64Array[];

  /** @param models by direction. */
  constructor(operator: DoseOperator, models: readonly ApertureFluence[], exposures: readonly Exposure[]) {
    this.#operator = operator;
    this.#models = models;
    this.#exposures = models.map((_, n) =>
      exposures.map((one, index) => ({ ...one, index })).filter(({ direction }) => direction === n),
    );
    this.#open = models.map(({ grid }) => new Float64Array(grid.columns * grid.rows));
  }

  /** Overwrites `bixels` (all columns of the operator). */
  forward({ shapes, weights }: Apertures, bixels: Float64Array): void {
    for (const [n, { from, to }] of this.#operator.directions.entries()) {
      const open = this.#open[n].fill(0);
      for (const exposure of this.#exposures[n])
        for (const { shape } of looksAt(exposure, shapes))
          this.#models[n].addOpening(shape, weights[exposure.index] / looks(exposure), open);
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
      for (const exposure of this.#exposures[n]) {
        const share = 1 / looks(exposure);
        for (const { shape, late } of looksAt(exposure, shapes)) {
          const own = new Float64Array(shape.length);
          const weight = weights[exposure.index] * share;
          weightGradient[exposure.index] += share * this.#models[n].addOpeningGradient(shape, weight, gradient, own);
          const [begin, end] = [shapeGradients[exposure.from], shapeGradients[exposure.to]];
          for (let leaf = 0; leaf < own.length; leaf++) {
            begin[leaf] += (1 - late) * own[leaf];
            end[leaf] += late * own[leaf];
          }
        }
      }
    }
  }
}

const looks = ({ from, to }: Exposure): number => (from === to ? 1 : LOOKS);

function looksAt(exposure: Exposure, shapes: readonly Float64Array[]): Look[] {
  const [begin, end] = [shapes[exposure.from], shapes[exposure.to]];
  if (exposure.from === exposure.to) return [{ shape: begin, late: 0 }];
  return Array.from({ length: LOOKS }, (_, n) => {
    const late = (n + 0.5) / LOOKS;
    return { shape: begin.map((at, leaf) => at + late * (end[leaf] - at)), late };
  });
}
