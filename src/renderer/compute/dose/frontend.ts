import { ownMachines } from '#shared/dosimetry/machine/machines.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { PlanDoseAnswer, PlanDoseRequest, PlanJobs } from './base.ts';

const planWorker = new JobClient<PlanJobs>(
  () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' }),
);

/** Set by an end-to-end test; nothing else sets it. */
const softwareGpu = (): boolean => 'isocenterSoftwareGpu' in globalThis;

/** What a dose is computed with on this machine. */
export const doseMeans = (): Pick<PlanDoseRequest, 'workers' | 'softwareGpu'> => ({
  workers: Math.max(1, navigator.hardwareConcurrency),
  softwareGpu: softwareGpu(),
});

/**
 * Dose of a plan in workers, one per processor, and on the GPU, if there is one.
 * @throws IsocenterError as dosimetry/planDose computePlanDose; CANCELLED by the signal.
 */
export function computePlanDose(
  request: Omit<PlanDoseRequest, 'workers' | 'softwareGpu' | 'machines'>,
  options: CallOptions,
): Promise<PlanDoseAnswer> {
  return planWorker.call('plan', { ...request, machines: ownMachines(), ...doseMeans() }, options);
}
