import type { Volume } from '#shared/geometry/volume.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import { optimizationProblem, type ProblemInput } from '#shared/optimization/problem/problem.ts';

export interface FluencePlan {
  readonly objective: number;
  readonly iterations: number;
  /** Gy for the whole course, of the optimiser's model in all of the body. */
  readonly dose: Volume<Float32Array>;
}

/** The best fluence of a case's fields: what no sequence of leaf positions can surpass. @param thin as the problem's */
export async function fluencePlan(input: ProblemInput, fall: number, thin = Infinity): Promise<FluencePlan> {
  const { roi, dose, fractions } = input.goals.prescription;
  const problem = await optimizationProblem({ ...input, thin });
  const { x, value, iterations } = await optimizeFluence(
    problem.operator,
    problem.objective(input.goals),
    { roi, dosePerFraction: dose / fractions },
    { valueTolerance: fall },
  );
  const whole = thin === Infinity ? problem : await optimizationProblem(input);
  const doses = new Float64Array(whole.voxels.length);
  await whole.operator.times(x, doses);
  const data = new Float32Array(whole.density.data.length);
  for (const [row, voxel] of whole.voxels.entries()) data[voxel] = fractions * doses[row];
  return { objective: value, iterations, dose: { ...whole.grid, data } };
}
