import { doseMeans } from '#renderer/compute/dose/frontend.ts';
import { ownMachines } from '#shared/dosimetry/machine/machines.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { RobustAnswer, RobustJobs, RobustRequest } from './base.ts';

const worker = new JobClient<RobustJobs>(
  () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' }),
);

/**
 * A plan under scenarios, with dose workers of its own.
 * @throws IsocenterError as shared/evaluation/robust evaluateRobustly; CANCELLED by the signal, which ends the workers
 */
export async function evaluateInWorker(
  request: Omit<RobustRequest, 'workers' | 'softwareGpu' | 'machines'>,
  options: CallOptions,
): Promise<RobustAnswer> {
  try {
    return await worker.call('evaluate', { ...request, machines: ownMachines(), ...doseMeans() }, options);
  } finally {
    // Patients of several densities lie in its workers: it is not asked often enough to keep them.
    worker.dispose();
  }
}
