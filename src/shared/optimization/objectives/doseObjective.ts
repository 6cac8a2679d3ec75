import { IsocenterError } from '../../contract/errors.ts';
import {
  type DoseTerm,
  geudLimit,
  maxDvh,
  maxMean,
  minDvh,
  squaredDeviation,
  squaredOverdose,
  squaredOverLimits,
  squaredUnderdose,
} from './doseTerms.ts';
import type { DoseGoal, Goals } from './goals.ts';
import { type OwnRange, ownVoxels } from './ownVoxels.ts';

export interface Structures {
  /** Voxels of the dose grid in each ROI, by its name; they may overlap. */
  readonly voxelsOf: ReadonlyMap<string, Uint32Array>;
  readonly gridVoxels: number;
  /** mm from the target's surface for every voxel of the grid, 0 inside; only a fall-off needs it. */
  readonly targetDistance?: Float32Array;
}

export interface DoseObjective {
  /** Voxels of the dose grid that count; doses and gradients are in this order. */
  readonly voxels: Uint32Array;
  /** Where each ROI's own voxels lie in `voxels`. */
  readonly ranges: ReadonlyMap<string, OwnRange>;
  /**
   * Sum of the weighted terms at these doses (Gy per fraction); overwrites `gradient` (per Gy) and, if given, `terms` with the goals'
   * weighted shares.
   */
  readonly evaluate: (doses: Float64Array, gradient: Float64Array, terms?: Float64Array) => number;
}

/**
 * The objective of goals over structures: Σ weight · term, each term over the ROI's own voxels and on dose per fraction. A voxel counts for
 * the ROI that the objectives mention first.
 * @throws IsocenterError REFERENCE naming an ROI that is missing or left without voxels, USAGE for a fall-off without distances.
 */
export function doseObjective({ prescription, objectives }: Goals, structures: Structures): DoseObjective {
  const order = objectives.map(({ roi }) => roi);
  const { voxels, ranges } = ownVoxels(order, structures.voxelsOf, structures.gridVoxels);
  const parts = objectives.map((goal) => {
    const range = ranges.get(goal.roi)!;
    const own = voxels.subarray(range.from, range.to);
    return {
      ...range,
      weight: goal.weight,
      term: termOf(goal, prescription.fractions, own, structures.targetDistance),
    };
  });
  return {
    voxels,
    ranges,
    evaluate(doses, gradient, terms) {
      gradient.fill(0);
      let sum = 0;
      for (const [n, { from, to, weight, term }] of parts.entries()) {
        const share = weight * term(doses.subarray(from, to), gradient.subarray(from, to), weight);
        if (terms !== undefined) terms[n] = share;
        sum += share;
      }
      return sum;
    },
  };
}

function termOf(goal: DoseGoal, fractions: number, own: Uint32Array, distance: Float32Array | undefined): DoseTerm {
  const dose = goal.dose / fractions;
  switch (goal.type) {
    case 'squared-deviation':
      return squaredDeviation(dose);
    case 'squared-overdose':
      return squaredOverdose(dose);
    case 'squared-underdose':
      return squaredUnderdose(dose);
    case 'max-dvh':
      return maxDvh(dose, goal.volume);
    case 'min-dvh':
      return minDvh(dose, goal.volume);
    case 'max-mean':
      return maxMean(dose);
    case 'max-geud':
      return geudLimit(dose, goal.a, 'max');
    case 'min-geud':
      return geudLimit(dose, goal.a, 'min');
    case 'fall-off': {
      if (distance === undefined)
        throw new IsocenterError('USAGE', 'a fall-off needs the distance from the target', { object: goal.roi });
      const low = goal.low / fractions;
      const limits = Float32Array.from(
        own,
        (voxel) => low + (dose - low) * Math.max(0, 1 - distance[voxel] / goal.distance),
      );
      return squaredOverLimits(limits);
    }
  }
}
