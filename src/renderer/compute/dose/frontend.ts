import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { PlanDoseAnswer, PlanDoseRequest, PlanJobs } from './base.ts';

const planWorker = new JobClient<PlanJobs>(
  () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' }),
);

/**
 * Dose of a plan in workers, one per processor.
 * @throws IsocenterError as dosimetry/planDose computePlanDose; CANCELLED by the signal.
 */
export function computePlanDose(
  request: Omit<PlanDoseRequest, 'workers'>,
  options: CallOptions,
): Promise<PlanDoseAnswer> {
  const workers = Math.max(1, navigator.hardwareConcurrency);
  return planWorker.call('plan', { ...request, workers }, options);
}
