import { deliveredPoints } from '#shared/dosimetry/standing/doseBasis.ts';
import type { Beam, Plan, Prescription } from '#shared/model/plan.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import type { ClinicalDocument, DoseBasis } from './records.ts';

/** A plan's dose and what it is shown with. */
type Shown = Pick<ClinicalDocument, 'plan' | 'dose' | 'doseBasis' | 'doseStale' | 'primary' | 'structures'>;

/** Why the dose of `document` does not belong to what is shown beside it; undefined when it does or there is none. */
export function staleReason(document: Shown): string | undefined {
  const { dose, doseBasis } = document;
  if (dose === undefined) return undefined;
  // A stored dose that did not match what it was opened with stays stale until a new one is computed.
  if (doseBasis === undefined) return document.doseStale;
  return basisChange(document, doseBasis);
}

/** Why what was computed from `basis` does not belong to what is shown; undefined when it does. */
export const basisChange = (document: Shown, basis: DoseBasis): string | undefined =>
  imageChange(document, basis) ?? structureChange(document, basis) ?? planChange(document, basis);

function imageChange(document: Shown, basis: DoseBasis): string | undefined {
  if (document.primary.seriesInstanceUid === basis.primary.seriesInstanceUid) return undefined;
  return 'it was computed on another planning image';
}

/** Only what enters the dose counts: the patient's outline, densities and boli, and the target the monitor units are normalised to. */
function structureChange(document: Shown, basis: DoseBasis): string | undefined {
  const externals = (set: StructureSet): readonly Roi[] => set.rois.filter((roi) => roi.type === 'EXTERNAL');
  if (!sameGeometry(externals(document.structures), externals(basis.structures))) return 'the BODY contour was changed';
  const [now, then] = [densities(document.structures, basis.plan), densities(basis.structures, basis.plan)];
  const changed =
    now.find((roi) => !then.some((other) => sameDensity(roi, other))) ??
    then.find((roi) => !now.some((other) => sameDensity(roi, other)));
  if (changed !== undefined) return `the density or outline of ${changed.name} was changed`;
  const prescription = basis.plan.prescription;
  if (prescription === undefined || !usesTarget(prescription)) return undefined;
  const target = (set: StructureSet): readonly Roi[] =>
    set.rois.filter((roi) => roi.number === prescription.targetRoiNumber);
  if (sameGeometry(target(document.structures), target(basis.structures))) return undefined;
  return `the target ${prescription.targetName} was changed`;
}

/** ROIs whose density counts, BODY's own among them. */
const densities = ({ rois }: StructureSet, { beams }: Plan): readonly Roi[] =>
  rois.filter(
    ({ number, density }) =>
      density !== undefined || beams.some(({ boluses = [] }) => boluses.some(({ roiNumber }) => roiNumber === number)),
  );

const sameDensity = (a: Roi, b: Roi): boolean =>
  a.number === b.number && a.density === b.density && a.type === b.type && sameContours(a.contours, b.contours);

const usesTarget = ({ normalization }: Prescription): boolean =>
  normalization.kind !== 'None' && normalization.kind !== 'Isocenter';

/** Points are immutable: the same arrays mean the same outline, whatever became of names, colours and image references. */
const sameGeometry = (a: readonly Roi[], b: readonly Roi[]): boolean =>
  a.length === b.length && a.every((roi, index) => sameContours(roi.contours, b[index].contours));

/** Whether outlines are the same in space. */
export const sameContours = (a: Roi['contours'], b: Roi['contours']): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((contour, index) => contour.points === b[index].points && contour.type === b[index].type));

function planChange({ plan }: Shown, basis: DoseBasis): string | undefined {
  if (plan === undefined) return 'its plan is no longer open';
  if (plan === basis.plan) return undefined;
  if (plan.patientPosition !== basis.plan.patientPosition) return 'the patient position was changed';
  if (!sameJson(deliveredPart(plan), deliveredPart(basis.plan))) return 'the prescription was changed';
  // Set-up fields come and go without a trace in the dose.
  const [now, then] = [treated(plan), treated(basis.plan)];
  if (now.length !== then.length) return 'beams were added or removed';
  const changed = now.find(
    (beam, index) => beam !== then[index] && !sameJson(shapingPart(beam), shapingPart(then[index])),
  );
  if (changed !== undefined) return `beam ${changed.name} was changed`;
  // An edit takes the monitor units away: turned back by hand the plan has its old beams, but no units yet.
  if (now.some((beam, index) => beam.meterset !== then[index].meterset)) return 'the monitor units were changed';
  return undefined;
}

const treated = ({ beams }: Plan): readonly Beam[] => beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');

const deliveredPart = (plan: Plan): unknown => [
  plan.fractions,
  plan.prescription?.dose,
  plan.prescription?.fractions,
  plan.prescription?.targetRoiNumber,
  plan.prescription?.normalization,
];

/** A beam without what only names it and without what the computation fills in; the weight is part of its note. */
function shapingPart(beam: Beam): unknown {
  const { name: _name, description: _description, meterset: _meterset, beamDose: _beamDose, ...rest } = beam;
  return [{ ...rest, controlPoints: deliveredPoints(beam) }, beamNote(beam).weight];
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
