import type { MachineFit } from '#shared/dosimetry/commissioning/fit.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { CommissioningJobs, CommissioningRequest } from './base.ts';

const worker = new JobClient<CommissioningJobs>(
  () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' }),
);

/** A machine compared with measured scans, or fitted to them, in workers. @throws IsocenterError as fitMachine; CANCELLED by the signal. */
export function commission(request: Omit<CommissioningRequest, 'workers'>, options: CallOptions): Promise<MachineFit> {
  return worker.call('commission', { ...request, workers: Math.max(1, navigator.hardwareConcurrency) }, options);
}
