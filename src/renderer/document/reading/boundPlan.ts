import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { goalsByName } from '#shared/evaluation/goals/goalStructure.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';

/**
 * A plan beside a structure set. It names target and boli by numbers of its own set: beside an edited version of that set (`ancestors`,
 * UIDs) they keep their meaning while the target keeps its name; beside any other they would mean other structures, so the target must be
 * chosen anew, and its boli lie on no structure (number 0), with which it can be neither computed nor saved. `problems` gets what has to
 * be said.
 */
export function boundPlan(
  plan: Plan,
  set: StructureSet | undefined,
  ancestors: readonly string[],
  problems: string[],
): Plan {
  if (set?.sopInstanceUid === plan.structureSetUid) return plan;
  const { prescription } = plan;
  const target = set?.rois.find(({ number }) => number === prescription?.targetRoiNumber);
  const isSameTarget = prescription === undefined || target?.name === prescription.targetName;
  if (ancestors.includes(plan.structureSetUid) && isSameTarget) return plan;
  problems.push(`The structure set of the plan ${plan.label} is not shown: its target must be chosen anew`);
  return {
    ...plan,
    ...(prescription === undefined ? {} : { prescription: { ...prescription, targetRoiNumber: 0 } }),
    ...(plan.goals && { goals: goalsByName(plan.goals) }),
    beams: plan.beams.map((beam) => withoutSpared(withoutBoli(beam))),
  };
}

const withoutBoli = (beam: Beam): Beam =>
  beam.boluses === undefined ? beam : { ...beam, boluses: beam.boluses.map((bolus) => ({ ...bolus, roiNumber: 0 })) };

function withoutSpared(beam: Beam): Beam {
  const { avoid, ...note } = beamNote(beam);
  return avoid === undefined ? beam : withNote(beam, note);
}
