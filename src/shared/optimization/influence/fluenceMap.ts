import { IsocenterError } from '../../contract/errors.ts';
import { type BoundedMinimum, boundedMinimum, type MinimumOptions } from '../solver/boundedMinimum.ts';
import type { DoseObjective } from '../objectives/doseObjective.ts';
import type { Influence } from './influence.ts';

export interface FluenceOptions extends MinimumOptions {
  /** Where to start, for a warm start; by default every bixel has the weight that brings the target's mean dose to the prescription. */
  readonly start?: Float64Array;
}

export interface FluenceMap extends BoundedMinimum {
  /** Gy per fraction in the objective's voxels. */
  readonly doses: Float64Array;
}

/**
 * Bixel weights ≥ 0 that minimise an objective on dose per fraction over a dose-influence matrix of the same voxels.
 * @throws IsocenterError DOSE when no bixel reaches the target; as boundedMinimum does.
 */
export async function optimizeFluence(
  influence: Influence,
  objective: DoseObjective,
  target: { readonly roi: string; readonly dosePerFraction: number },
  options: FluenceOptions = {},
): Promise<FluenceMap> {
  const { voxels } = influence;
  if (voxels.length !== objective.voxels.length || voxels.some((voxel, row) => voxel !== objective.voxels[row]))
    throw new IsocenterError('INTERNAL', 'the influence matrix and the objective are of different voxels');
  const doses = new Float64Array(voxels.length);
  const doseGradient = new Float64Array(doses.length);
  const bounds = {
    lower: new Float64Array(influence.columns),
    upper: new Float64Array(influence.columns).fill(Infinity),
  };
  const start = options.start ?? evenWeights(influence, objective, target, doses);
  const found = await boundedMinimum(
    (x, gradient) => {
      influence.times(x, doses);
      const value = objective.evaluate(doses, doseGradient);
      influence.transposeTimes(doseGradient, gradient);
      return value;
    },
    start,
    bounds,
    options,
  );
  influence.times(found.x, doses);
  return { ...found, doses };
}

function evenWeights(
  influence: Influence,
  { ranges }: DoseObjective,
  { roi, dosePerFraction }: { readonly roi: string; readonly dosePerFraction: number },
  doses: Float64Array,
): Float64Array {
  const range = ranges.get(roi);
  if (range === undefined) throw new IsocenterError('REFERENCE', 'has no objective', { object: roi });
  const even = new Float64Array(influence.columns).fill(1);
  influence.times(even, doses);
  let sum = 0;
  for (let row = range.from; row < range.to; row++) sum += doses[row];
  if (!(sum > 0)) throw new IsocenterError('DOSE', 'no bixel reaches it', { object: roi });
  return even.fill((dosePerFraction * (range.to - range.from)) / sum);
}
