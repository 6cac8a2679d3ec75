import type { PlanDoseRequest } from '#renderer/compute/dose/base.ts';
import type { RobustEvaluation } from '#shared/evaluation/robust/robustEvaluation.ts';
import type { Scenario } from '#shared/evaluation/robust/scenarios.ts';
import type { Roi } from '#shared/model/structures.ts';

export interface RobustRequest extends Omit<PlanDoseRequest, 'weights'> {
  /** The nominal one first. */
  readonly scenarios: readonly Scenario[];
  /** Whose histograms are wanted. */
  readonly rois: readonly Roi[];
}

/** Histograms only: no dose of a scenario is the plan's. */
export interface RobustAnswer extends Pick<RobustEvaluation, 'scenarios' | 'warnings'> {
  /** Why these doses may not stand for the plan's; empty where they may. */
  readonly approximate: readonly string[];
}

export interface RobustJobs {
  evaluate: { input: RobustRequest; output: RobustAnswer };
}
