import { type FluenceMap, type FluenceOptions, optimizeFluence } from '../influence/fluenceMap.ts';
import type { Goals } from '../objectives/goals.ts';
import type { Minimizer } from './minimize.ts';
import type { OptimizationHooks, OptimizationPhase } from './run.ts';

/** Iterations that lower the objective by less than this share end the search. */
const FALL = 1e-3;

export type FoundFluence = Pick<FluenceMap, 'x' | 'doses' | 'value'>;

/** Doses everywhere off by this share of the prescription are what smoothing may cost a map whose neighbours differ as much as its weights are. */
const SMOOTHING = 0.01;
const SMOOTHING_FALL = 2e-4;
const SMOOTHING_ITERATIONS = 60;

/** Bixel weights for the goals of a run. */
export async function minimizedFluence(
  minimizer: Minimizer,
  hooks: OptimizationHooks,
  start?: Float64Array,
  fall = FALL,
): Promise<FoundFluence & { readonly violation: number }> {
  const begin = start && { x: start, doses: new Float64Array(minimizer.problem.operator.rows), value: Number.NaN };
  return await searched(minimizer, hooks, 'fluence', begin, { valueTolerance: fall });
}

/** What smoothing may cost, in the unit of the goals' objective. */
export function smoothingFor({ prescription, objectives }: Goals): number {
  const off = (SMOOTHING * prescription.dose) / prescription.fractions;
  return objectives.reduce((sum, { weight }) => sum + weight, 0) * off * off;
}

/** The same nearly as good and smooth, as leaves like it: where bixels may change places for the dose, neighbours get alike. */
export async function smoothedFluence(
  minimizer: Minimizer,
  hooks: OptimizationHooks,
  fluence: FoundFluence,
): Promise<FoundFluence> {
  return await searched(minimizer, hooks, 'sequencing', fluence, {
    smoothing: smoothingFor(minimizer.goals),
    valueTolerance: SMOOTHING_FALL,
    maxIterations: SMOOTHING_ITERATIONS,
  });
}

async function searched(
  minimizer: Minimizer,
  { signal }: OptimizationHooks,
  phase: OptimizationPhase,
  begin: FoundFluence | undefined,
  options: Omit<FluenceOptions, 'start' | 'signal' | 'onIteration'>,
): Promise<FoundFluence & { readonly violation: number }> {
  const { problem } = minimizer;
  const operator = problem.maps ?? problem.operator;
  return await minimizer.minimize<FoundFluence>({
    phase,
    begin,
    search: async (objective, from, step) => {
      const { roi, dose, fractions } = minimizer.goals.prescription;
      // The doses of the point that was accepted are those that were looked at last.
      let doses: Float64Array = new Float64Array(operator.rows);
      let value = Number.NaN;
      const watched = {
        ...objective,
        evaluate: (at: Float64Array, gradient: Float64Array) => (value = objective.evaluate((doses = at), gradient)),
      };
      return await optimizeFluence(
        operator,
        watched,
        { roi, dosePerFraction: dose / fractions },
        {
          ...options,
          ...(from && { start: from.x }),
          ...(signal && { signal }),
          onIteration: ({ x }) =>
            step({
              value,
              doses,
              ...(phase === 'fluence' && { weights: x }),
              found: () => ({ x: x.slice(), doses: doses.slice(), value }),
            }),
        },
      );
    },
  });
}
