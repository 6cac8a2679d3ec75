import { IsocenterError } from '#shared/contract/errors.ts';
import { newUid } from '#shared/dicom/uid.ts';
import type { DoseEngine } from '#shared/dosimetry/engine.ts';
import { setOwnMachines } from '#shared/dosimetry/machine/machines.ts';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { computePlanDose } from '#shared/dosimetry/plan/planDose.ts';
import { PlanDoseMemory } from '#shared/dosimetry/plan/planDoseMemory.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { FollowJobs, PatientDoseRequest } from './base.ts';
import { doseCrew } from './crew.ts';
import { yieldNow } from './yieldNow.ts';

interface Session {
  readonly patient: PatientDoseRequest;
  /** Of the pencil beam, by grid spacing. */
  readonly fast: Map<number, PlanDoseMemory>;
  full: { readonly crew: DoseEngine; readonly memory: PlanDoseMemory } | undefined;
}

let session: Session | undefined;

function opened(): Session {
  if (session === undefined) throw new IsocenterError('INTERNAL', 'a plan came before its patient');
  return session;
}

serveJobs<FollowJobs>({
  patient: ({ machines, ...patient }) => {
    setOwnMachines(machines);
    session = { patient, fast: new Map(), full: undefined };
    return null;
  },
  fast: async ({ gridSpacing, ...plan }, { signal }) => {
    const { patient, fast } = opened();
    const memory = fast.get(gridSpacing) ?? new PlanDoseMemory(pencilBeam, { quick: true });
    fast.set(gridSpacing, memory);
    const { planDose, beamDoses, warnings } = await computePlanDose(
      { ...patient, ...plan, grid: gridSpacing, newUid, memory },
      { signal, yieldNow },
    );
    return { planDose, beamDoses, warnings };
  },
  full: async ({ plan, weights, directions, workers, softwareGpu }, { signal, onProgress }) => {
    const now = opened();
    const crew = doseCrew({ size: workers, engine: 'ccc', allowSoftware: softwareGpu });
    const { memory } = now.full?.crew === crew ? now.full : { memory: new PlanDoseMemory(crew, { quick: false }) };
    now.full = { crew, memory };
    const { gridSpacing, ...patient } = now.patient;
    const {
      density: _density,
      beamDensities: _densities,
      ...answer
    } = await computePlanDose(
      { ...patient, plan, weights, grid: gridSpacing, settings: { directions }, newUid, memory },
      { signal, yieldNow, onProgress },
    );
    return answer;
  },
});
