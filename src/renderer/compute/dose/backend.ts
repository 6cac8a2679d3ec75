import { newUid } from '#shared/dicom/uid.ts';
import { computePlanDose } from '#shared/dosimetry/planDose.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { PlanJobs } from './base.ts';
import { doseCrew } from './crew.ts';

serveJobs<PlanJobs>({
  plan: async ({ gridSpacing, directions, workers, softwareGpu, ...input }, { onProgress }) => {
    const { plan, planDose, beamDoses, muCheck, warnings } = await computePlanDose(
      {
        ...input,
        grid: gridSpacing,
        settings: { directions },
        newUid,
        engine: doseCrew(workers, softwareGpu),
      },
      { onProgress },
    );
    return { plan, planDose, beamDoses, muCheck, warnings };
  },
});
