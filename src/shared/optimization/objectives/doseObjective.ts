import { IsocenterError } from '../../contract/errors.ts';
import { equivalentDose, meanDose } from './doseMeasures.ts';
import { type DoseTerm, dvhLimit, measureLimit, squaredDeviation, voxelLimits } from './doseTerms.ts';
import type { DoseGoal, Goals } from './goals.ts';
import { ownVoxels } from './ownVoxels.ts';
import { complicationLimit, controlLimit } from './responseLimits.ts';

export interface Structures {
  /** Rows of each ROI, by its name; they may overlap. */
  readonly rowsOf: ReadonlyMap<string, Uint32Array>;
  /** How many doses there are. */
  readonly rows: number;
  /** mm from the target's surface by row, 0 inside; only a fall-off needs it. */
  readonly targetDistance?: Float32Array;
}

export interface DoseObjective {
  readonly rows: number;
  /** The rows that count for each ROI. */
  readonly ownRows: ReadonlyMap<string, Uint32Array>;
  /**
   * Sum of the weighted terms at these doses (Gy per fraction, by row); overwrites `gradient` (per Gy) and, if given, `terms` with the
   * goals' weighted shares. Rows of no ROI neither count nor get a gradient.
   */
  readonly evaluate: (doses: Float64Array, gradient: Float64Array, terms?: Float64Array) => number;
  /**
   * Between minimisations, with the doses that the last one found: makes the goals that are constraints pull harder where they are violated.
   * Returns the worst violation, Gy per fraction; 0 where all are kept or none is a constraint.
   */
  readonly tighten: (doses: Float64Array) => number;
}

/**
 * The objective of goals over structures: Σ weight · term, each term over the ROI's own rows and on dose per fraction. A row (a voxel that
 * dose is known in) counts for the ROI that the objectives mention first.
 * @throws IsocenterError REFERENCE naming an ROI that is missing or left without voxels, USAGE for a fall-off without distances.
 */
export function doseObjective({ prescription, objectives }: Goals, structures: Structures): DoseObjective {
  const { rows, rowsOf, targetDistance } = structures;
  const order = objectives.map(({ roi }) => roi);
  const { voxels: own, ranges } = ownVoxels(order, rowsOf, rows);
  const parts = objectives.map((goal) => {
    const range = ranges.get(goal.roi)!;
    return {
      ...range,
      weight: goal.weight,
      constraint: goal.type !== 'squared-deviation' && goal.constraint === true,
      term: termOf(goal, prescription.fractions, own.subarray(range.from, range.to), targetDistance),
    };
  });
  // ROI after ROI, as the terms want them.
  const sorted = new Float64Array(own.length);
  const slopes = new Float64Array(own.length);
  const sort = (doses: Float64Array): void => {
    for (let n = 0; n < own.length; n++) sorted[n] = doses[own[n]];
  };
  return {
    rows,
    ownRows: new Map([...ranges].map(([roi, { from, to }]) => [roi, own.subarray(from, to)])),
    evaluate(doses, gradient, terms) {
      sort(doses);
      slopes.fill(0);
      let sum = 0;
      for (const [n, { from, to, weight, term }] of parts.entries()) {
        const share = weight * term.evaluate(sorted.subarray(from, to), slopes.subarray(from, to), weight);
        if (terms !== undefined) terms[n] = share;
        sum += share;
      }
      gradient.fill(0);
      for (let n = 0; n < own.length; n++) gradient[own[n]] = slopes[n];
      return sum;
    },
    tighten(doses) {
      sort(doses);
      return parts
        .filter(({ constraint }) => constraint)
        .reduce((worst, { from, to, term }) => Math.max(worst, term.tighten(sorted.subarray(from, to))), 0);
    },
  };
}

function termOf(goal: DoseGoal, fractions: number, own: Uint32Array, distance: Float32Array | undefined): DoseTerm {
  switch (goal.type) {
    case 'squared-deviation':
      return squaredDeviation(goal.dose / fractions);
    case 'squared-overdose':
      return voxelLimits(() => goal.dose / fractions, 'max');
    case 'squared-underdose':
      return voxelLimits(() => goal.dose / fractions, 'min');
    case 'max-dvh':
      return dvhLimit(goal.dose / fractions, goal.volume, 'max');
    case 'min-dvh':
      return dvhLimit(goal.dose / fractions, goal.volume, 'min');
    case 'max-mean':
      return measureLimit(meanDose, goal.dose / fractions, 'max');
    case 'max-geud':
      return measureLimit(equivalentDose(goal.a), goal.dose / fractions, 'max');
    case 'min-geud':
      return measureLimit(equivalentDose(goal.a), goal.dose / fractions, 'min');
    case 'max-ntcp':
      return complicationLimit(goal, fractions);
    case 'min-tcp':
      return controlLimit(goal, fractions);
    case 'fall-off': {
      if (distance === undefined)
        throw new IsocenterError('USAGE', 'a fall-off needs the distance from the target', { object: goal.roi });
      const [dose, low] = [goal.dose / fractions, goal.low / fractions];
      const limits = Float32Array.from(
        own,
        (row) => low + (dose - low) * Math.max(0, 1 - distance[row] / goal.distance),
      );
      return voxelLimits((voxel) => limits[voxel], 'max');
    }
  }
}
