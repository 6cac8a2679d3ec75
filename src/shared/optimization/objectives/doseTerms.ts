import { type DoseMeasure, quantile } from './doseMeasures.ts';

/** A penalty on the doses of one structure's voxels, Gy. */
export interface DoseTerm {
  /** Adds `weight` times its gradient to `gradient` and returns the penalty without the weight. */
  readonly evaluate: (doses: Float64Array, gradient: Float64Array, weight: number) => number;
  /**
   * For a hard constraint, between minimisations: moves what the penalty is measured from by what is still violated, so that the next
   * minimum violates less (method of multipliers: Hestenes, J. Optim. Theory Appl. 4 (1969) 303; Rockafellar, Math. Program. 5 (1973) 354).
   * Returns the worst violation at these doses, Gy; 0 where it is kept.
   */
  readonly tighten: (doses: Float64Array) => number;
}

export type Side = 'max' | 'min';

/** Mean over the voxels of the squared deviation from `wanted`; no constraint. */
export const squaredDeviation = (wanted: number): DoseTerm => ({
  evaluate: (doses, gradient, weight) => meanSquare(doses, gradient, weight, (dose) => dose - wanted),
  tighten: (doses) => doses.reduce((worst, dose) => Math.max(worst, Math.abs(dose - wanted)), 0),
});

/** A violation that falls by less than this share from one minimisation to the next is weighed so many times more. */
const ENOUGH_FALL = 0.25;
const FIRMER = 8;

/** How many times more than its goal says a hard constraint weighs. */
class Firmness {
  factor = 1;
  #last = Infinity;

  /** Takes in the worst violation; returns what shifts (multipliers in units of the weight) are to be scaled with. */
  tighten(violation: number): number {
    const slow = violation > ENOUGH_FALL * this.#last;
    this.#last = violation;
    if (!slow) return 1;
    this.factor *= FIRMER;
    return 1 / FIRMER;
  }
}

/** Mean over the voxels of the square of what a dose exceeds its voxel's limit by, or with `min` falls short of it. */
export function voxelLimits(limitOf: (voxel: number) => number, side: Side): DoseTerm {
  const sign = side === 'max' ? 1 : -1;
  let shifts: Float64Array | undefined;
  const firmness = new Firmness();
  const beyond = (dose: number, voxel: number): number =>
    Math.max(0, sign * (dose - limitOf(voxel)) + (shifts?.[voxel] ?? 0));
  return {
    evaluate(doses, gradient, weight) {
      const { factor } = firmness;
      return factor * meanSquare(doses, gradient, factor * weight, (dose, voxel) => sign * beyond(dose, voxel));
    },
    tighten(doses) {
      const worst = doses.reduce((most, dose, voxel) => Math.max(most, sign * (dose - limitOf(voxel))), 0);
      const scale = firmness.tighten(worst);
      shifts = Float64Array.from(doses, (dose, voxel) => scale * beyond(dose, voxel));
      return worst;
    },
  };
}

/** Square of what one number of all doses (a mean, an equivalent dose) exceeds `limit` by, or with `min` falls short of it. */
export function measureLimit(measure: DoseMeasure, limit: number, side: Side): DoseTerm {
  const sign = side === 'max' ? 1 : -1;
  let shift = 0;
  const firmness = new Firmness();
  return {
    evaluate(doses, gradient, weight) {
      const { value, addGradient } = measure(doses);
      const off = Math.max(0, sign * (value - limit) + shift);
      if (off !== 0) addGradient(gradient, 2 * firmness.factor * weight * sign * off);
      return firmness.factor * off * off;
    },
    tighten(doses) {
      const excess = sign * (measure(doses).value - limit);
      const violation = Math.max(0, excess);
      shift = firmness.tighten(violation) * Math.max(0, shift + excess);
      return violation;
    },
  };
}

/**
 * At most (`max`) or at least (`min`) `percent` of the voxels at `limit` or above. Of the voxels that are too many or too few those nearest
 * to the limit are moved (Wu, Mohan, Med. Phys. 27 (2000) 701). As a hard constraint it only weighs more and more: its voxels change, so that
 * there are no multipliers.
 */
export function dvhLimit(limit: number, percent: number, side: Side): DoseTerm {
  const firmness = new Firmness();
  const bound = (doses: Float64Array): number =>
    side === 'max'
      ? quantile(doses, (n) => n - 1 - Math.floor((percent / 100) * n))
      : quantile(doses, (n) => n - Math.ceil((percent / 100) * n));
  return {
    evaluate(doses, gradient, weight) {
      const end = bound(doses);
      const excess =
        side === 'max'
          ? (dose: number) => (dose > limit && dose <= end ? dose - limit : 0)
          : (dose: number) => (dose < limit && dose >= end ? dose - limit : 0);
      return firmness.factor * meanSquare(doses, gradient, firmness.factor * weight, excess);
    },
    tighten(doses) {
      const violation = Math.max(0, (side === 'max' ? 1 : -1) * (bound(doses) - limit));
      if (violation > 0) firmness.tighten(violation);
      return violation;
    },
  };
}

function meanSquare(
  doses: Float64Array,
  gradient: Float64Array,
  weight: number,
  excess: (dose: number, voxel: number) => number,
): number {
  const n = doses.length;
  const factor = (2 * weight) / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const off = excess(doses[i], i);
    sum += off * off;
    gradient[i] += factor * off;
  }
  return sum / n;
}
