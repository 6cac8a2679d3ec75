import { IsocenterError } from '#shared/contract/errors.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { computePlanDose } from '#shared/dosimetry/plan/planDose.ts';
import { PlanDoseMemory } from '#shared/dosimetry/plan/planDoseMemory.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { FollowJobs, PatientDoseRequest } from './base.ts';
import { yieldNow } from './yieldNow.ts';

let session: { readonly patient: PatientDoseRequest; readonly memory: PlanDoseMemory } | undefined;

serveJobs<FollowJobs>({
  patient: (patient) => {
    session = { patient, memory: new PlanDoseMemory(pencilBeam) };
    return null;
  },
  plan: async (plan, { signal }) => {
    if (session === undefined) throw new IsocenterError('INTERNAL', 'a plan came before its patient');
    const { patient, memory } = session;
    const { gridSpacing, ...rest } = patient;
    const { planDose, beamDoses, warnings } = await computePlanDose(
      { ...rest, ...plan, grid: gridSpacing, newUid, memory },
      { signal, yieldNow },
    );
    return { planDose, beamDoses, warnings };
  },
});
