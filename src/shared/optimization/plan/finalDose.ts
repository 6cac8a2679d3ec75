import type { DoseEngine, DoseSettings } from '../../dosimetry/engine.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { computePlanDose, type PlanDoseResult } from '../../dosimetry/plan/planDose.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { OptimizationProblem, ProblemInput } from '../problem/problem.ts';
import type { Judged } from './corrections.ts';
import type { OptimizationHooks } from './run.ts';

export interface FinalDoseInput extends Pick<ProblemInput, 'ct' | 'structures' | 'calibration' | 'plan'> {
  readonly machines: (name: string) => Machine;
  readonly newUid: () => string;
  readonly engine: DoseEngine;
  readonly settings?: Partial<DoseSettings>;
}

/**
 * The plan with these treatment beams in place of its own. It is normalised to nothing: monitor units are what was optimised, and
 * computing its dose again leaves them alone.
 */
function planWith(plan: Plan, beams: readonly Beam[]): Plan {
  const { prescription } = plan;
  return {
    ...plan,
    beams: [...beams, ...plan.beams.filter(({ deliveryType }) => deliveryType !== 'TREATMENT')],
    ...(prescription && { prescription: { ...prescription, normalization: { kind: 'None', percent: 100 } } }),
  };
}

/** The dose of beams with their MU, on the grid of the problem. @throws as computePlanDose. */
export async function finalDose(
  input: FinalDoseInput,
  { grid, voxels, every }: Pick<OptimizationProblem, 'grid' | 'voxels' | 'every'>,
  beams: readonly Beam[],
  { signal, yieldNow, onPhase }: OptimizationHooks,
): Promise<Judged<PlanDoseResult>> {
  const { ct, structures, calibration, machines, newUid, engine, settings } = input;
  const plan = planWith(input.plan, beams);
  const final = await computePlanDose(
    { ct, structures, calibration, plan, grid, machines, newUid, engine, ...(settings && { settings }) },
    {
      ...(signal && { signal }),
      ...(yieldNow && { yieldNow }),
      onProgress: (fraction) => onPhase?.('final dose', fraction),
    },
  );
  const { data } = final.planDose;
  const at = (some: Uint32Array): Float64Array => Float64Array.from(some, (voxel) => data[voxel] / plan.fractions);
  return { final, doses: at(voxels), every: at(every.voxels) };
}
