import { retrieveInstance } from '#renderer/client/dicomweb.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { basisMismatch } from '#shared/dosimetry/standing/doseBasis.ts';
import { knownRecords } from '#shared/dosimetry/machine/machines.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import type { PlacedObject, Selection } from './choose.ts';
import { boundPlan } from './reading/boundPlan.ts';
import type { ClinicalDocument } from './records.ts';

/** Who the objects must belong to, and where to say what could not be read. */
export interface ReadContext {
  readonly patientKey: string;
  readonly patientId: string;
  readonly problems: string[];
  readonly signal?: AbortSignal;
}

/**
 * Fetches and reads one object. One that cannot be read, or that names another patient, is left out and named in the context's
 * problems; only cancelling throws.
 */
export async function readObject<T>(
  { object, series, study }: PlacedObject,
  reader: (bytes: Uint8Array, name?: string) => T,
  { patientKey, patientId, problems, signal }: ReadContext,
): Promise<T | undefined> {
  const name = `${series.modality} ${object.label || object.sopInstanceUid}`;
  try {
    const bytes = await retrieveInstance(study.studyInstanceUid, series.seriesInstanceUid, object.sopInstanceUid, {
      patientKey,
      variant: object.variant,
      signal,
    });
    const owner = readHeader(bytes, name).patientId;
    if (owner !== patientId) throw new IsocenterError('CONFLICT', `belongs to patient ID "${owner}"`, { object: name });
    return reader(bytes, name);
  } catch (error) {
    if (signal?.aborted === true) throw new IsocenterError('CANCELLED', 'cancelled by the user', { cause: error });
    problems.push(`${name} left out: ${errorWords(error)}`);
    return undefined;
  }
}

/**
 * Structure set, plan and dose of a selection, as far as they lie in the primary image's frame of reference; of the plans the one that is
 * selected, among those read.
 */
export async function readSelected(
  selection: Selection,
  plans: ReadonlyMap<string, Plan>,
  primary: ImageVolume,
  context: ReadContext,
): Promise<FittingParts> {
  const read = <T>(placed: PlacedObject | undefined, reader: (bytes: Uint8Array, name?: string) => T) =>
    placed === undefined ? undefined : readObject(placed, reader, context);
  const plan = plans.get(selection.plan?.object.sopInstanceUid ?? '');
  const [structures, dose] = await Promise.all([
    read(selection.structures, isSegmentation(selection.structures) ? readAsNewSet : readStructures),
    readPlanDose(selection.doses, context),
  ]);
  for (const object of [structures, plan, dose]) context.problems.push(...(object?.warnings ?? []));
  return fitTogether(selection, primary, { structures, plan, dose }, context.problems);
}

/** Whether structures come from a segmentation: then they are a set that is not stored as one yet. */
export const isSegmentation = (placed: PlacedObject | undefined): boolean => placed?.series.modality === 'SEG';

/** A set of its own, so that nothing refers to the segmentation as if it were an RT Structure Set. */
const readAsNewSet = (bytes: Uint8Array, name?: string): StructureSet => ({
  ...readStructures(bytes, name),
  sopInstanceUid: newUid(),
});

type FittingParts = Pick<ClinicalDocument, 'structures' | 'plan' | 'dose' | 'doseStale'>;

/** What was read of a selection. */
export interface ReadParts {
  readonly structures?: StructureSet;
  readonly plan?: Plan;
  readonly dose?: DoseVolume;
}

/**
 * Structure set, plan and dose as far as they belong to the primary image and to one another; what is left out, and why, goes to
 * `problems`. Numbers that mean something only in an absent object (the target's ROI number) are not kept.
 */
export function fitTogether(
  selection: Selection,
  primary: ImageVolume,
  parts: ReadParts,
  problems: string[],
): FittingParts {
  const inFrame = <T extends Framed>(object: T | undefined, placed: PlacedObject | undefined, what: string) =>
    inFrameOf(primary, object, placed, what, problems);
  const placedDose = selection.doses.find(({ object }) => object.sopInstanceUid === parts.dose?.sopInstanceUid);
  const set = inFrame(parts.structures, selection.structures, 'Structure set');
  if (set !== undefined && !namesImagesOf(set, primary))
    problems.push(
      `Structure set: the images it names are not those of the ${primary.modality}; it is placed by its frame of reference`,
    );
  const plan = inFrame(parts.plan, selection.plan, 'Plan');
  const dose = inFrame(parts.dose, placedDose, 'Dose');
  const stale =
    dose === undefined
      ? undefined
      : (staleReason(dose, plan) ??
        basisMismatch(dose, { ct: primary, ...(set && { structures: set }), ...(plan && { plan }) }, knownRecords));
  return {
    structures: set === undefined ? emptyStructureSet(primary) : inOneFrame(set, problems),
    plan: plan === undefined ? undefined : boundPlan(plan, set, [], problems),
    dose,
    ...(stale === undefined ? {} : { doseStale: stale }),
  };
}

interface Framed {
  readonly frameOfReferenceUid: string;
}

/** The object where it lies in the image's frame of reference; what does not is said in `problems`. */
export function inFrameOf<T extends Framed>(
  image: ImageVolume,
  object: T | undefined,
  placed: PlacedObject | undefined,
  what: string,
  problems: string[],
): T | undefined {
  if (object === undefined) return undefined;
  // An object that names no frame lies in that of the image series it refers to (PS3.3 C.7.4.1), if that is this one.
  const named = object.frameOfReferenceUid !== '';
  if (named ? object.frameOfReferenceUid === image.frameOfReferenceUid : isAbout(placed, image)) return object;
  problems.push(
    named
      ? `${what} left out: it lies in another frame of reference than the ${image.modality}`
      : `${what} left out: it names no frame of reference and does not refer to the ${image.modality}`,
  );
  return undefined;
}

const isAbout = (placed: PlacedObject | undefined, primary: ImageVolume): boolean =>
  placed?.object.references?.by === 'uid' && placed.object.references.series.includes(primary.seriesInstanceUid);

/** Whether a set names one of the image's slices at least, as far as both say. */
function namesImagesOf({ referencedImages }: StructureSet, { slices }: ImageVolume): boolean {
  if (referencedImages.length === 0 || slices.length === 0) return true;
  const shown = new Set(slices.map(({ sopInstanceUid }) => sopInstanceUid));
  return referencedImages.some(({ sopInstanceUid }) => shown.has(sopInstanceUid));
}

/** The set without ROIs that name another frame of reference than its own: drawn here they would lie in the wrong place. */
function inOneFrame(set: StructureSet, problems: string[]): StructureSet {
  const elsewhere = set.rois.filter(
    (roi) => roi.frameOfReferenceUid !== '' && roi.frameOfReferenceUid !== set.frameOfReferenceUid,
  );
  if (elsewhere.length === 0 || set.frameOfReferenceUid === '') return set;
  const names = elsewhere.map((roi) => `"${roi.name}"`).join(', ');
  problems.push(`Structures left out, they lie in another frame of reference than their set: ${names}`);
  return { ...set, rois: set.rois.filter((roi) => !elsewhere.includes(roi)) };
}

/** The newest dose of the plan that stands for all its beams and fractions; failing that the newest of any kind. */
export async function readPlanDose(
  doses: readonly PlacedObject[],
  context: ReadContext,
): Promise<DoseVolume | undefined> {
  let newest: DoseVolume | undefined;
  for (const placed of doses) {
    const dose = await readObject(placed, readDose, context);
    if (dose?.doseType === 'ERROR') {
      context.problems.push('RTDOSE left out: it holds the error of a dose, not a dose');
      continue;
    }
    if (dose?.summation === 'PLAN') return dose;
    newest ??= dose;
  }
  return newest;
}

/** Why a stored dose must not pass for the plan's dose. */
export function staleReason(dose: DoseVolume, plan: Plan | undefined): string | undefined {
  if (plan === undefined) return 'The plan of the dose is not shown.';
  if (dose.planUid !== undefined && dose.planUid !== plan.sopInstanceUid) return 'The dose belongs to another plan.';
  if (dose.summation !== 'PLAN') return `The dose is of summation type ${dose.summation}, not of the whole plan.`;
  return undefined;
}

/** What one starts to contour with: no ROI, bound to the primary image. */
function emptyStructureSet(primary: ImageVolume): StructureSet {
  return {
    sopInstanceUid: newUid(),
    label: 'New structures',
    frameOfReferenceUid: primary.frameOfReferenceUid,
    referencedStudyUid: primary.study.studyInstanceUid,
    referencedSeriesUid: primary.seriesInstanceUid,
    referencedImages: primary.slices,
    rois: [],
    warnings: [],
  };
}
