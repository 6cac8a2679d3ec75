import type { CheckInput } from '#shared/evaluation/checks/facts.ts';
import type { CheckOutcome } from '#shared/evaluation/checks/outcome.ts';
import type { ReportInput } from '#shared/report/compose/input.ts';
import type { Report } from '#shared/report/model.ts';

export interface ReportJobs {
  /** The rules that go through voxels and histograms. */
  check: { input: CheckInput; output: CheckOutcome[] };
  compose: { input: ReportInput; output: Report };
}
