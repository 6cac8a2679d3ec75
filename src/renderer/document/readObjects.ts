import { retrieveInstance } from '#renderer/client/dicomweb.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { readDose } from '#shared/dicom/rtDose.ts';
import { readPlan } from '#shared/dicom/rtPlan.ts';
import { readStructureSet } from '#shared/dicom/rtStructureSet.ts';
import { newUid } from '#shared/dicom/uid.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import type { PlacedObject, Selection } from './choose.ts';
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
    problems.push(`${name} left out: ${describeError(error)}`);
    return undefined;
  }
}

/** Structure set, plan and dose of a selection, as far as they lie in the primary image's frame of reference. */
export async function readSelected(
  selection: Selection,
  primary: ImageVolume,
  context: ReadContext,
): Promise<Pick<ClinicalDocument, 'structures' | 'plan' | 'dose' | 'doseStale'>> {
  const read = <T>(placed: PlacedObject | undefined, reader: (bytes: Uint8Array, name?: string) => T) =>
    placed === undefined ? undefined : readObject(placed, reader, context);
  const [structures, plan, dose] = await Promise.all([
    read(selection.structures, readStructureSet),
    read(selection.plan, readPlan),
    readPlanDose(selection, context),
  ]);
  const inFrame = <T extends { readonly frameOfReferenceUid: string }>(
    object: T | undefined,
    what: string,
  ): T | undefined => {
    if (object === undefined || object.frameOfReferenceUid === primary.frameOfReferenceUid) return object;
    // An object that names no frame lies in that of the image series it refers to (PS3.3 C.7.4.1), which is the primary.
    if (object.frameOfReferenceUid === '') return object;
    context.problems.push(`${what} left out: it lies in another frame of reference than the ${primary.modality}`);
    return undefined;
  };
  for (const object of [structures, plan, dose]) context.problems.push(...(object?.warnings ?? []));
  const shownDose = inFrame(dose, 'Dose');
  const stale = shownDose === undefined ? undefined : staleReason(shownDose, selection);
  return {
    structures: inFrame(structures, 'Structure set') ?? emptyStructureSet(primary),
    plan: inFrame(plan, 'Plan'),
    dose: shownDose,
    ...(stale === undefined ? {} : { doseStale: stale }),
  };
}

/** The newest dose of the plan that stands for all its beams and fractions; failing that the newest of any kind. */
async function readPlanDose(selection: Selection, context: ReadContext): Promise<DoseVolume | undefined> {
  let newest: DoseVolume | undefined;
  for (const placed of selection.doses) {
    const dose = await readObject(placed, readDose, context);
    if (dose?.summation === 'PLAN') return dose;
    newest ??= dose;
  }
  return newest;
}

/** Why a stored dose must not pass for the plan's dose. */
function staleReason(dose: DoseVolume, selection: Selection): string | undefined {
  if (dose.planUid !== undefined && dose.planUid !== selection.plan?.object.sopInstanceUid)
    return 'The dose belongs to another plan.';
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
