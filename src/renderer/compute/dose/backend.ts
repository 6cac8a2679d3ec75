import { newUid } from '#shared/dicom/uid.ts';
import { setOwnMachines } from '#shared/dosimetry/machine/machines.ts';
import { computePlanDose } from '#shared/dosimetry/plan/planDose.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { PlanJobs } from './base.ts';
import { doseCrew } from './crew.ts';

serveJobs<PlanJobs>({
  plan: async ({ engine, gridSpacing, directions, workers, softwareGpu, machines, ...input }, { onProgress }) => {
    setOwnMachines(machines);
    const { plan, planDose, beamDoses, muCheck, warnings } = await computePlanDose(
      {
        ...input,
        grid: gridSpacing,
        settings: { directions },
        newUid,
        engine: doseCrew({ size: workers, engine, allowSoftware: softwareGpu }),
      },
      { onProgress },
    );
    return { plan, planDose, beamDoses, muCheck, warnings };
  },
});
