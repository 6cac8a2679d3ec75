import type { CheckInput } from '#shared/evaluation/checks/facts.ts';
import type { CheckOutcome } from '#shared/evaluation/checks/outcome.ts';
import type { ReportInput } from '#shared/report/compose/input.ts';
import type { Report } from '#shared/report/model.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { ReportJobs } from './base.ts';

const client = new JobClient<ReportJobs>(
  () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module', name: 'report' }),
);

/** Outcomes of the rules that are too dear to run with every edit; see shared/evaluation/checks. */
export const checkVoxels = (input: CheckInput, options: CallOptions): Promise<CheckOutcome[]> =>
  client.call('check', input, options);

/** The report as blocks; throws as shared/report/compose/composeReport. */
export const composeReport = (input: ReportInput, options: CallOptions): Promise<Report> =>
  client.call('compose', input, options);
