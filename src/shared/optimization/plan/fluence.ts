import { type FluenceMap, optimizeFluence } from '../influence/fluenceMap.ts';
import type { Minimizer } from './minimize.ts';
import type { OptimizationHooks } from './run.ts';

/** Iterations that lower the objective by less than this share end the search. */
const FALL = 1e-3;

export type FoundFluence = Pick<FluenceMap, 'x' | 'doses' | 'value'>;

/** Bixel weights for the goals of a run. */
export async function minimizedFluence(
  minimizer: Minimizer,
  { signal }: OptimizationHooks,
  start?: Float64Array,
  fall = FALL,
): Promise<FoundFluence & { readonly violation: number }> {
  const { operator } = minimizer.problem;
  const begin = start && { x: start, doses: new Float64Array(operator.rows), value: Number.NaN };
  return await minimizer.minimize<FoundFluence>({
    phase: 'fluence',
    begin,
    search: async (objective, from, step) => {
      const { roi, dose, fractions } = minimizer.goals.prescription;
      // The doses of the point that was accepted are those that were looked at last.
      let doses: Float64Array = new Float64Array(operator.rows);
      const watched = {
        ...objective,
        evaluate: (at: Float64Array, gradient: Float64Array) => objective.evaluate((doses = at), gradient),
      };
      return await optimizeFluence(
        operator,
        watched,
        { roi, dosePerFraction: dose / fractions },
        {
          valueTolerance: fall,
          ...(from && { start: from.x }),
          ...(signal && { signal }),
          onIteration: ({ value, x }) =>
            step({ value, doses, weights: x, found: () => ({ x: x.slice(), doses: doses.slice(), value }) }),
        },
      );
    },
  });
}
