import { goalsByName } from '../../../evaluation/goals/goalStructure.ts';
import { IsocenterError } from '../../../contract/errors.ts';
import { isRigid, type Mat4 } from '../../../geometry/affine.ts';
import { iecFromPatient } from '../../../geometry/iec.ts';
import type { Beam, Plan } from '../../../model/plan.ts';
import type { Roi, StructureSet } from '../../../model/structures.ts';
import { type Carriage, carryBeam, rotationAngle } from './carryBeam.ts';

/** What errors of angle are told as, degrees: below, rounding to 0.1° explains them. */
const TOLD = 0.15;

export interface CarryOptions {
  /** LPS mm of the plan's frame of reference to LPS mm of the new one. */
  readonly toNew: Mat4;
  readonly angles: Carriage['angles'];
  /** Of the image it goes to. */
  readonly patientPosition: string;
  /** Structure set of that image; the plan refers to it from then on. */
  readonly structures: StructureSet;
  /** What the plan is prescribed to there. */
  readonly target: Roi;
  readonly sopInstanceUid: string;
  readonly label: string;
  /** How one got from there to here, in words, for its description: "registration X". */
  readonly way: string;
}

export interface CarriedPlan {
  readonly plan: Plan;
  /** What is not as it was, worst first: to be read before the copy is used. */
  readonly remarks: readonly string[];
}

/**
 * A new unapproved plan on another image of the patient, made of one on this: beams carried by `carryBeam`, prescription rebound to a target
 * of the new structure set, boli to its BOLUS structures of the same names. Without monitor units and dose.
 * @throws IsocenterError UNSUPPORTED_OBJECT for ion plans and plans that were not read whole, GEOMETRY for a way that is not rigid or positions
 * without machine coordinates.
 */
export function carryPlan(source: Plan, options: CarryOptions): CarriedPlan {
  const refuse = (code: 'UNSUPPORTED_OBJECT' | 'GEOMETRY', message: string): IsocenterError =>
    new IsocenterError(code, message, { object: source.label });
  if (source.ion === true) throw refuse('UNSUPPORTED_OBJECT', 'ion plans are not carried to other images');
  if (source.omitted !== undefined)
    throw refuse('UNSUPPORTED_OBJECT', `a copy would lack ${source.omitted.join('; ')}`);
  const { toNew, structures, target } = options;
  if (!isRigid(toNew)) throw refuse('GEOMETRY', 'beams are carried through rigid registrations only');
  const [iecFromOld, iecFromNew] = [iecFromPatient(source.patientPosition), iecFromPatient(options.patientPosition)];
  if (iecFromOld === undefined || iecFromNew === undefined)
    throw refuse(
      'GEOMETRY',
      `from position "${source.patientPosition}" to "${options.patientPosition}" no beam can be carried`,
    );
  const remarks: string[] = [];
  if (source.patientPosition !== options.patientPosition)
    remarks.push(`The patient lies ${options.patientPosition}, was planned ${source.patientPosition}`);
  const carriage = { toNew, iecFromOld, iecFromNew, angles: options.angles };
  const beams = source.beams.map((beam) => {
    const carried = carryBeam(beam, carriage);
    if (carried.axisError > TOLD || carried.turnError > TOLD)
      remarks.push(
        `${beam.name}: its axis runs ${carried.axisError.toFixed(1)}° off through the patient, its field is turned by ${carried.turnError.toFixed(1)}°`,
      );
    return withBoli(carried.beam, structures, remarks);
  });
  if (beams.some(({ compensators = [] }) => compensators.length > 0))
    remarks.push('Compensators were made for the patient as he lay then');
  if (source.fractionGroup !== undefined)
    remarks.push(`Of its fraction groups number ${source.fractionGroup} comes along`);
  if (source.marks !== undefined) remarks.push('Its set-up marks stay behind');
  const { prescription } = source;
  if (prescription !== undefined && prescription.targetName !== target.name)
    remarks.push(`The target is ${target.name}, was ${prescription.targetName || 'not named'}`);
  remarks.push('Apertures are those of before: fit them to the target of this image');
  const text = [
    `Copied from plan ${source.label} (${source.sopInstanceUid}) through ${options.way}, rotation ${rotationAngle(toNew).toFixed(1)}°, angles ${options.angles === 'keep' ? 'kept' : 'adapted'}`,
    ...(source.description === undefined ? [] : [source.description]),
  ].join('. ');
  const { predecessorUids: _before, fractionGroup: _group, marks: _marks, checkOverrides: _reasons, ...rest } = source;
  return {
    plan: {
      ...rest,
      sopInstanceUid: options.sopInstanceUid,
      label: options.label,
      description: text.slice(0, 900),
      approval: 'UNAPPROVED',
      frameOfReferenceUid: structures.frameOfReferenceUid,
      structureSetUid: structures.sopInstanceUid,
      patientPosition: options.patientPosition,
      ...(prescription && {
        prescription: { ...prescription, targetRoiNumber: target.number, targetName: target.name },
      }),
      ...(source.goals && { goals: goalsByName(source.goals) }),
      beams,
      warnings: remarks,
    },
    remarks,
  };
}

function withBoli(beam: Beam, { rois }: StructureSet, remarks: string[]): Beam {
  const { boluses, ...rest } = beam;
  if (boluses === undefined) return beam;
  const found = boluses.flatMap((bolus) => {
    const roi = rois.find(({ name, type }) => type === 'BOLUS' && bolus.id !== undefined && name === bolus.id);
    return roi === undefined ? [] : [{ ...bolus, roiNumber: roi.number }];
  });
  if (found.length < boluses.length)
    remarks.push(`${beam.name}: its bolus stays behind, as no BOLUS structure of its name is here`);
  return found.length === 0 ? rest : { ...rest, boluses: found };
}
