import { readHeader } from '#shared/dicom/header.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { knownRecords, machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import { basisMismatch } from '#shared/dosimetry/standing/doseBasis.ts';
import type { CheckInput } from '#shared/evaluation/checks/facts.ts';
import type { PatientIdentity, StudyIdentity } from '#shared/model/patient.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import type { Arguments } from '../arguments.ts';
import { readInput } from '../files.ts';
import { readImageFolder } from '../imageFolder.ts';
import type { Io } from '../io.ts';
import { machineNamed } from '../options/machineOption.ts';

/** Options of the commands that look at a plan with all that lies around it. */
export const PLAN_CASE_OPTIONS = {
  plan: { type: 'string' },
  rtstruct: { type: 'string' },
  ct: { type: 'string' },
  dose: { type: 'string' },
  machine: { type: 'string' },
} as const;

export interface PlanCase {
  readonly input: CheckInput;
  /** As the plan has them. */
  readonly patient: PatientIdentity;
  readonly study: StudyIdentity;
}

/** A plan with its structure set, CT and dose, as far as they are given. @throws as their readers */
export async function readPlanCase(args: Arguments, io: Io): Promise<PlanCase> {
  const patients: { object: string; patient: PatientIdentity }[] = [];
  const read = async <T>(
    option: string,
    object: string,
    use: (bytes: Uint8Array, file: string) => T,
  ): Promise<T | undefined> => {
    const file = args.text(option);
    if (file === undefined) return undefined;
    const bytes = await readInput(file);
    const result = use(bytes, file);
    patients.push({ object, patient: identityOf(bytes, file).patient });
    return result;
  };
  const planFile = args.needText('plan');
  const planBytes = await readInput(planFile);
  const plan = readPlan(planBytes, planFile);
  const { patient, study } = identityOf(planBytes, planFile);
  patients.push({ object: 'the plan', patient });
  const structures = await read('rtstruct', 'the structure set', readStructures);
  const dose = await read('dose', 'the dose', readDose);
  const ctDir = args.text('ct');
  const ct = ctDir === undefined ? undefined : await readImageFolder(ctDir, io);
  if (ct !== undefined) patients.push({ object: `the ${ct.modality}`, patient: ct.patient });
  const doseStale =
    dose === undefined
      ? undefined
      : basisMismatch(dose, { plan, ...(structures && { structures }), ...(ct && { ct }) }, knownRecords);
  const wanted = args.text('machine');
  const input: CheckInput = {
    plan,
    machines:
      wanted === undefined ? machineNames().map(machineByName) : renamed(await machineNamed(wanted), plan.beams),
    patients,
    ...(structures && { structures }),
    ...(ct && { ct }),
    ...(dose && { dose }),
    ...(doseStale !== undefined && { doseStale }),
  };
  return { input, patient, study };
}

/** The machine in place of every one that the plan names. */
const renamed = (machine: Machine, beams: readonly { machine: string }[]): Machine[] =>
  [...new Set(beams.map((beam) => beam.machine))].map((name) => ({ ...machine, name }));

function identityOf(bytes: Uint8Array, file: string): { patient: PatientIdentity; study: StudyIdentity } {
  const { patientName, patientId, patientBirthDate, patientSex, ...rest } = readHeader(bytes, file);
  const { studyInstanceUid, studyDate, studyTime, studyId, accessionNumber, referringPhysicianName, studyDescription } =
    rest;
  return {
    patient: { patientName, patientId, patientBirthDate, patientSex: patientSex as PatientIdentity['patientSex'] },
    study: {
      studyInstanceUid,
      studyDate,
      studyTime,
      studyId,
      accessionNumber,
      referringPhysicianName,
      studyDescription,
    },
  };
}
