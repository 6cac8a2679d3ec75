import { IsocenterError } from '../../contract/errors.ts';
import { type BoundedMinimum, boundedMinimum, type MinimumOptions } from '../solver/boundedMinimum.ts';
import type { DoseObjective } from '../objectives/doseObjective.ts';
import type { DoseOperator } from './doseOperator.ts';
import { addRoughness, neighboursOf } from './roughness.ts';

export interface FluenceOptions extends MinimumOptions {
  /** Where to start, for a warm start; by default every bixel has the weight that brings the target's mean dose to the prescription. */
  readonly start?: Float64Array;
  /** What bixels cost, in the objective's unit, whose differences from their neighbours are as great as the weights of the start (rms). */
  readonly smoothing?: number;
}

export interface FluenceMap extends BoundedMinimum {
  /** Gy per fraction, by row. */
  readonly doses: Float64Array;
  /** The objective, without what smoothing costs. */
  readonly value: number;
}

/**
 * Bixel weights ≥ 0 that minimise an objective on dose per fraction over a dose-influence matrix of the same rows.
 * @throws IsocenterError DOSE when no bixel reaches the target; as boundedMinimum does.
 */
export async function optimizeFluence(
  operator: DoseOperator,
  objective: DoseObjective,
  target: { readonly roi: string; readonly dosePerFraction: number },
  options: FluenceOptions = {},
): Promise<FluenceMap> {
  const { rows, columns } = operator;
  if (rows !== objective.rows)
    throw new IsocenterError('INTERNAL', 'the influence matrix and the objective are of different voxels');
  const doses = new Float64Array(rows);
  const doseGradient = new Float64Array(doses.length);
  const bounds = {
    lower: new Float64Array(columns),
    upper: new Float64Array(columns).fill(Infinity),
  };
  const start = options.start ?? (await evenWeights(operator, objective, target, doses));
  const squares = start.reduce((sum, weight) => sum + weight * weight, 0);
  // A map of nothing is as smooth as any.
  const smoothing = squares > 0 ? (options.smoothing ?? 0) : 0;
  const neighbours = smoothing > 0 ? neighboursOf(operator) : [];
  const factor = smoothing > 0 ? smoothing / squares : 0;
  const found = await boundedMinimum(
    async (x, gradient) => {
      await operator.times(x, doses);
      const value = objective.evaluate(doses, doseGradient);
      await operator.transposeTimes(doseGradient, gradient);
      return smoothing > 0 ? value + addRoughness(neighbours, x, factor, gradient) : value;
    },
    start,
    bounds,
    options,
  );
  await operator.times(found.x, doses);
  return { ...found, doses, value: smoothing > 0 ? objective.evaluate(doses, doseGradient) : found.value };
}

async function evenWeights(
  operator: DoseOperator,
  { ownRows }: DoseObjective,
  { roi, dosePerFraction }: { readonly roi: string; readonly dosePerFraction: number },
  doses: Float64Array,
): Promise<Float64Array> {
  const own = ownRows.get(roi);
  if (own === undefined) throw new IsocenterError('REFERENCE', 'has no objective', { object: roi });
  const even = new Float64Array(operator.columns).fill(1);
  await operator.times(even, doses);
  let sum = 0;
  for (const row of own) sum += doses[row];
  if (!(sum > 0)) throw new IsocenterError('DOSE', 'no bixel reaches it', { object: roi });
  return even.fill((dosePerFraction * own.length) / sum);
}
