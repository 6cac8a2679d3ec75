import { placeInWorker } from '#renderer/compute/doses/frontend.ts';
import type { CallOptions } from '#renderer/compute/jobs/frontend.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { courseDose, doseMeaning } from '#shared/evaluation/doses/doseMeaning.ts';
import { objectsOf, type PlacedObject } from './choose.ts';
import { allPlans } from './plans.ts';
import { readObject } from './readObjects.ts';
import type { ClinicalDocument, StoredDoseRecord } from './records.ts';
import { usedRegistrations } from './registrations.ts';
import { patchDocument, useDocument } from './store.ts';

/** Doses in the archive of the open patient that are not on screen, newest first. */
export function closedDoses(document: ClinicalDocument): readonly PlacedObject[] {
  const open = new Set([
    ...allPlans(document).flatMap(({ dose }) => (dose === undefined ? [] : [dose.sopInstanceUid])),
    ...(document.storedDoses ?? []).map(({ dose }) => dose.sopInstanceUid),
  ]);
  return objectsOf(document.tree, 'RTDOSE').filter(({ object }) => !open.has(object.sopInstanceUid));
}

/**
 * Opens a stored dose beside those of the plans. One of another frame of reference comes through the registrations in use, by
 * interpolation; one of a single fraction is multiplied by the fractions of its plan where that is open, and else stays what it is.
 * @throws IsocenterError what reading throws; FRAME_OF_REFERENCE when no registration leads from it to the primary image
 */
export async function openStoredDose(placed: PlacedObject, options: CallOptions): Promise<void> {
  const { document } = useDocument.getState();
  if (document === null) return;
  const problems: string[] = [];
  const { patientKey, patient, primary } = document;
  const context = { patientKey, patientId: patient.patientId, problems, signal: options.signal };
  const read = await readObject(placed, readDose, context);
  if (read === undefined) throw new IsocenterError('UNSUPPORTED_OBJECT', problems.join('; '));
  if (read.doseType === 'ERROR')
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'holds the error of a dose, not a dose', {
      object: placed.object.label || 'RTDOSE',
      attribute: 'DoseType',
    });
  const frame = primary.frameOfReferenceUid;
  const moved =
    read.frameOfReferenceUid === frame
      ? { dose: read, notes: [], through: [] }
      : await movedDose(read, frame, usedRegistrations(document), options);
  const plan = allPlans(document).find(({ plan: one }) => one.sopInstanceUid === read.planUid)?.plan;
  const course = courseDose(moved.dose, plan);
  const notes = [...moved.notes, ...read.warnings];
  if (course === undefined) notes.unshift(`of ${doseMeaning(read)}: not multiplied, the fractions of its plan are not known`);
  else if (course !== moved.dose) notes.unshift(`of ${doseMeaning(read)}, times the ${plan?.fractions} fractions of ${plan?.label}`);
  const times = course === undefined || course === moved.dose ? '' : ` × ${plan?.fractions}`;
  const record: StoredDoseRecord = {
    name: `${placed.series.seriesDescription || placed.object.label || 'RT Dose'} (${doseMeaning(read)}${times})`,
    dose: course ?? moved.dose,
    notes,
    through: moved.through,
    ...(plan === undefined ? {} : { fractions: plan.fractions, prescribed: plan.prescription?.dose }),
  };
  const now = useDocument.getState().document;
  if (now?.patientKey !== patientKey || options.signal?.aborted === true) return;
  patchDocument({ storedDoses: [...(now.storedDoses ?? []), record] });
} // biome-ignore format: two notes

async function movedDose(
  dose: StoredDoseRecord['dose'],
  frame: string,
  registrations: ReturnType<typeof usedRegistrations>,
  options: CallOptions,
): Promise<Omit<StoredDoseRecord, 'name'>> {
  const { grid, data, through, warnings } = await placeInWorker({ dose, frame, registrations }, options);
  return {
    dose: { ...dose, ...grid, data, frameOfReferenceUid: frame },
    through,
    notes: [`mapped by interpolation through ${through.join(', then ')}`, ...warnings],
  };
}
