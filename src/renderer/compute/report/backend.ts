import { checkPlan } from '#shared/evaluation/checks/checkPlan.ts';
import { composeReport } from '#shared/report/compose/composeReport.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import type { ReportJobs } from './base.ts';

const handlers: JobHandlers<ReportJobs> = {
  check: (input, { onProgress }) => checkPlan(input, { which: ({ expensive }) => expensive === true, onProgress }),
  compose: (input, { onProgress }) => composeReport(input, { onProgress }),
};

serveJobs(handlers);
