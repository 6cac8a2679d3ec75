import { IsocenterError } from '#shared/contract/errors.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { carryPlan } from '#shared/dosimetry/plan/arrange/carryPlan.ts';
import { IDENTITY, type Mat4 } from '#shared/geometry/affine.ts';
import { patientToIndex } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Plan } from '#shared/model/plan.ts';
import { framePath } from '#shared/registration/frames.ts';
import { matrixOfTransform } from '#shared/registration/transform.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { currentCourse } from '#renderer/document/courses.ts';
import { withNewPlan } from '#renderer/document/plans.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { usedRegistrations } from '#renderer/document/registrations.ts';
import { editDocument, nextPlanIndex } from '#renderer/document/store.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../../command.ts';
import { roiByNumber } from '../../contouring/rois.ts';
import { openedDocument } from '../../longWork.ts';
import { freeLabel } from './records.ts';

/** The rigid way from a plan's frame of reference to the planning image's. */
interface PlanWay {
  readonly toNew: Mat4;
  /** "registration R", or that both share a frame. */
  readonly how: string;
  /** Other ways that end up elsewhere. */
  readonly warnings: readonly string[];
}

/** @throws IsocenterError FRAME_OF_REFERENCE where no rigid registration in use leads here. */
function wayHere(document: ClinicalDocument, plan: Plan): PlanWay {
  const { frameOfReferenceUid: to } = document.primary;
  if (plan.frameOfReferenceUid !== '' && plan.frameOfReferenceUid === to)
    return { toNew: IDENTITY, how: 'the same frame of reference', warnings: [] };
  const { transform, registrations, warnings } = framePath(usedRegistrations(document), plan.frameOfReferenceUid, to, {
    rigidOnly: true,
  });
  const toNew = matrixOfTransform(transform);
  if (toNew === undefined)
    throw new IsocenterError('GEOMETRY', 'beams are carried through rigid registrations only', { object: plan.label });
  return {
    toNew,
    how: `registration ${registrations.map(({ label }) => label || '(no label)').join(', then ')}`,
    warnings,
  };
}

/** What a plan would be on the planning image; a pure preview. @throws IsocenterError as carryPlan and wayHere. */
export function planHere(
  document: ClinicalDocument,
  source: Plan,
  angles: 'keep' | 'adapt',
  targetNumber: number,
): { readonly plan: Plan; readonly way: PlanWay; readonly remarks: readonly string[] } {
  const way = wayHere(document, source);
  const { plan, remarks } = carryPlan(source, {
    toNew: way.toNew,
    angles,
    patientPosition: document.primary.patientPosition,
    structures: document.structures,
    target: roiByNumber(targetNumber),
    sopInstanceUid: newUid(),
    label: freeLabel(document, source.label),
    way: way.how,
  });
  // The shape is not that of the new target: nothing may say it was fitted to it.
  const beams = plan.beams.map((beam) => {
    const { weight, margin } = beamNote(beam);
    return margin === undefined ? beam : withNote(beam, { weight });
  });
  const all = [...way.warnings, ...outsideOf(plan, document.primary), ...remarks];
  return {
    plan: {
      ...plan,
      beams,
      frameOfReferenceUid: document.primary.frameOfReferenceUid,
      course: currentCourse(document),
      warnings: all,
    },
    way,
    remarks: all,
  };
}

function outsideOf({ beams }: Plan, image: ImageVolume): string[] {
  const astray = beams.filter(({ controlPoints: [{ isocenter }] }) =>
    patientToIndex(image, isocenter).some((value, axis) => value < -0.5 || value > image.dims[axis] - 0.5),
  );
  return astray.length === 0 ? [] : [`Isocenter outside the image: ${astray.map(({ name }) => name).join(', ')}`];
}

/**
 * A copy of a plan made on another image of the patient, carried to the planning image through a rigid registration in use: a new
 * unapproved plan without dose, prescribed to the target named, which becomes the active one.
 */
export const carryPlanHere: Command<[source: Plan, angles: 'keep' | 'adapt', targetNumber: number]> = {
  name: 'carryPlanHere',
  label: 'Copy plan from another image',
  undo: 'Undo takes the copy away and makes the plan of before active.',
  perform: (source, angles, targetNumber) => {
    const { plan } = planHere(openedDocument(), source, angles, targetNumber);
    const index = nextPlanIndex();
    editDocument(`Copy plan ${source.label} here`, (document) => withNewPlan(document, index, plan));
    selectBeam(null);
  },
};
