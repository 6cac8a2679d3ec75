import { IsocenterError } from '#shared/contract/errors.ts';
import { withAccessoriesOf } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import { fitAperture, type FitRules } from '#shared/dosimetry/plan/aperture/aperture.ts';
import { type ArcSpan, conformalArc } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import { createBeam, DEFAULT_MARGIN } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';
import { type BeamAngles, iecFromPatient } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { beamNote, type BeamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { editDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { openedDocument } from '../longWork.ts';
import { assertMovable, fittedArc } from './beams/keptBeams.ts';

/** Metersets of a normalised plan belong to all its beams together: any change of one beam takes them from all. */
function withoutMetersets(plan: Plan): Plan {
  if (plan.prescription === undefined || plan.prescription.normalization.kind === 'None') return plan;
  const without = (beam: Beam): Beam => {
    if (beam.meterset === undefined && beam.beamDose === undefined) return beam;
    const { meterset: _meterset, beamDose: _beamDose, ...rest } = beam;
    return rest;
  };
  return { ...plan, beams: plan.beams.map(without) };
}

/** The open document's plan. @throws IsocenterError USAGE without one. */
export function openedPlan(document: ClinicalDocument = openedDocument()): Plan {
  if (document.plan === undefined) throw new IsocenterError('USAGE', 'make a plan first');
  return document.plan;
}

/** One undoable edit of the plan that changes its dose; the plan comes out unapproved and without metersets. */
export function editPlan(name: string, change: (plan: Plan, document: ClinicalDocument) => Plan): void {
  editDocument(name, (document) => {
    const plan = openedPlan(document);
    if (plan.ion === true)
      throw new IsocenterError('UNSUPPORTED_OBJECT', 'an ion plan is shown as it is: it cannot be edited here', {
        object: plan.label,
        attribute: 'IonBeamSequence',
      });
    const next = change(plan, document);
    return next === plan
      ? null
      : { plan: isSameTreatment(plan, next) ? unapproved(next) : withoutOldDoses(editedPlan(next), plan) };
  });
}

/** Whether an edit left the treatment beams and what they are normalised to alone: set-up fields have no part in it. */
function isSameTreatment(before: Plan, after: Plan): boolean {
  const treated = ({ beams }: Plan): Beam[] => beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');
  const [then, now] = [treated(before), treated(after)];
  return (
    before.prescription === after.prescription &&
    before.fractions === after.fractions &&
    then.length === now.length &&
    now.every((beam, n) => beam === then[n])
  );
}

/** Doses at the prescription point (Beam Dose) of beams that are no longer those of before, or of another prescription, are nobody's. */
function withoutOldDoses(plan: Plan, before: Plan): Plan {
  const isPrescribedAnew = plan.prescription !== before.prescription || plan.fractions !== before.fractions;
  const beams = plan.beams.map((beam) => {
    if (beam.beamDose === undefined || (!isPrescribedAnew && before.beams.includes(beam))) return beam;
    const { beamDose: _old, ...rest } = beam;
    return rest;
  });
  return { ...plan, beams };
}

const unapproved = (plan: Plan): Plan => ({ ...plan, approval: 'UNAPPROVED' });

/** A plan after an edit that changes its dose: unapproved, without metersets. */
export const editedPlan = (plan: Plan): Plan => unapproved(withoutMetersets(plan));

/** Replaces one beam. @throws IsocenterError NOT_FOUND. */
export function editBeam(
  name: string,
  beamNumber: number,
  change: (beam: Beam, document: ClinicalDocument) => Beam,
): void {
  editPlan(name, (plan, document) => withBeam(plan, beamNumber, (beam) => change(beam, document)));
}

/** The plan with one beam replaced. @throws IsocenterError NOT_FOUND. */
export function withBeam(plan: Plan, beamNumber: number, change: (beam: Beam) => Beam): Plan {
  const old = beamByNumber(plan, beamNumber);
  return { ...plan, beams: plan.beams.map((beam) => (beam === old ? change(beam) : beam)) };
}

export function beamByNumber(plan: Plan, beamNumber: number): Beam {
  const beam = plan.beams.find((candidate) => candidate.number === beamNumber);
  if (beam === undefined)
    throw new IsocenterError('NOT_FOUND', `there is no beam number ${beamNumber}`, { object: plan.label });
  return beam;
}

/** @throws IsocenterError GEOMETRY for a patient position that has no machine coordinates. */
function iecFromLpsOf(plan: Plan): Mat4 {
  const matrix = iecFromPatient(plan.patientPosition);
  if (matrix === undefined)
    throw new IsocenterError('GEOMETRY', `patient position "${plan.patientPosition}" is not supported`, {
      object: plan.label,
      attribute: 'PatientPosition',
    });
  return matrix;
}

/** The prescription's target in a structure set. @throws IsocenterError NOT_FOUND when it is not there or empty. */
export function targetOf(plan: Plan, structures: StructureSet): Roi {
  const target = structures.rois.find((roi) => roi.number === plan.prescription?.targetRoiNumber);
  if (target === undefined || target.contours.length === 0)
    throw new IsocenterError('NOT_FOUND', 'choose a target with contours first', {
      object: plan.prescription?.targetName ?? plan.label,
    });
  return target;
}

export interface BeamSpecification {
  readonly number: number;
  readonly name: string;
  readonly machine: string;
  readonly angles: BeamAngles;
  readonly isocenter: Vec3;
  readonly note: BeamNote;
  /** For a conformal arc; `angles` then say where the collimator and the couch stand. */
  readonly arc?: ArcSpan | undefined;
}

/** A note's rules for the aperture with the structures they name. @throws IsocenterError NOT_FOUND for one to spare that is not there. */
function fitRules({ margin = DEFAULT_MARGIN, sides, leafEnd, avoid = [] }: BeamNote, { rois }: StructureSet): FitRules {
  const avoided = avoid.map(({ roiNumber, margin: around }) => {
    const roi = rois.find(({ number, contours }) => number === roiNumber && contours.length > 0);
    if (roi === undefined)
      throw new IsocenterError('NOT_FOUND', 'was to be spared by the aperture and is not there: fit the beam anew', {
        object: `ROI ${roiNumber}`,
      });
    return { name: roi.name, contours: roi.contours, margin: around };
  });
  return { margin: sides ?? margin, ...(leafEnd === undefined ? {} : { leafEnd }), avoid: avoided };
}

/**
 * A beam whose aperture follows the plan's target. What the machine could not do is said in the status bar.
 * @throws IsocenterError MACHINE for angles outside the machine's limits, NOT_FOUND without a target.
 */
export function makeBeam(plan: Plan, structures: StructureSet, wanted: BeamSpecification): Beam {
  const { number, name, angles, isocenter, arc } = wanted;
  const machine = machineByName(wanted.machine);
  const iecFromLps = iecFromLpsOf(plan);
  const target = targetOf(plan, structures).contours;
  const fit = fitRules(wanted.note, structures);
  const still = createBeam({ number, name, machine, angles, isocenter, iecFromLps, target, fit });
  const { beam, warnings } =
    arc === undefined
      ? still
      : conformalArc(still.beam, arc, machine, (gantry) =>
          fitAperture(target, { ...angles, gantry }, isocenter, machine, fit, iecFromLps),
        );
  if (warnings.length > 0) setMessage(warnings.join(' · '), 'warning');
  return withNote(beam, { ...wanted.note, margin: wanted.note.margin ?? DEFAULT_MARGIN });
}

/** The beam turned or moved: apertures that follow the target are fitted anew, one set by hand stays as it is. An arc turns as a whole. */
export function moveBeam(
  beam: Beam,
  change: Partial<BeamAngles & { isocenter: Vec3 }>,
  plan: Plan,
  structures: StructureSet,
): Beam {
  assertMovable(beam);
  const old = fittedArc(beam);
  const first = beam.controlPoints[0];
  const { gantry, collimator, couch, isocenter } = { ...first, ...change };
  const by = gantry - first.gantry;
  const arc = old && { ...old, start: gantry, stop: (((old.stop + by) % 360) + 360) % 360 };
  const note = beamNote(beam);
  const { number, name, machine } = beam;
  const angles = { gantry, collimator, couch };
  if (note.margin !== undefined)
    return withAccessoriesOf(makeBeam(plan, structures, { number, name, machine, angles, isocenter, note, arc }), beam);
  // Only to check the angles against the machine: the aperture set by hand stays.
  createBeam({ number, name, machine: machineByName(machine), angles, isocenter, iecFromLps: iecFromLpsOf(plan) });
  // The source–surface distance was that of the old place.
  const moved = beam.controlPoints.map(({ sourceToSurface: _gone, ...point }) => ({ ...point, ...angles, isocenter }));
  return { ...beam, controlPoints: moved };
}

export const nextBeamNumber = ({ beams }: Plan): number => Math.max(0, ...beams.map((beam) => beam.number)) + 1;
