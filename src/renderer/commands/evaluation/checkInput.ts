import type { ClinicalDocument } from '#renderer/document/records.ts';
import { usedRegistrations } from '#renderer/document/registrations.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import type { CheckInput } from '#shared/evaluation/checks/facts.ts';
import type { Plan } from '#shared/model/plan.ts';

/** The active plan with all that the rules look at. */
export function checkInput(document: ClinicalDocument, plan: Plan): CheckInput {
  const { structures, primary, dose, doseStale, doseBasis, patient } = document;
  const known = machineNames();
  const named = [...new Set(plan.beams.map(({ machine }) => machine))];
  const frame = primary.frameOfReferenceUid;
  return {
    plan,
    structures,
    ct: primary,
    machines: named.filter((name) => known.includes(name)).map(machineByName),
    patients: [
      { object: 'the patient’s record', patient },
      { object: `the ${primary.modality}`, patient: primary.patient },
    ],
    // Of other frames nothing came onto this image.
    registrations: usedRegistrations(document).filter(
      ({ fixedFrame, movingFrame }) => fixedFrame === frame || movingFrame === frame,
    ),
    ...(dose === undefined ? {} : { dose }),
    ...(doseStale === undefined ? {} : { doseStale }),
    // A check belongs to the units it was made for.
    ...(doseStale === undefined && doseBasis?.muCheck !== undefined ? { muCheck: doseBasis.muCheck } : {}),
  };
}
