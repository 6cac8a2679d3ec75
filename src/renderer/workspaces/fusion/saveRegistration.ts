import { storeInstances } from '#renderer/client/dicomweb.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeRegistration } from '#shared/dicom/registration.ts';
import type { RegisteredSeries } from '#shared/dicom/registrationReferences.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Registration } from '#shared/model/registration.ts';

const SERIES_NUMBER = 9100;

/** Stores the registration on screen as a new Spatial Registration object and makes it the document's; returns it. */
export async function saveRegistration(label: string): Promise<Registration> {
  const { document } = useDocument.getState();
  const { secondary, registration } = document ?? {};
  if (document === null || secondary === undefined || registration === undefined)
    throw new IsocenterError('NOT_FOUND', 'there is no registration to save');
  const context = await objectContext(document, SERIES_NUMBER, label);
  const saved: Registration = { ...registration, sopInstanceUid: context.sopInstanceUid, label };
  const bytes = writeRegistration(saved, context, { fixed: seriesOf(document.primary), moving: seriesOf(secondary) });
  const { failed } = await storeInstances([bytes]);
  if (failed.length > 0)
    throw new IsocenterError('STORAGE', `the archive refused the registration: ${failed[0].reason}`, { object: label });
  const now = useDocument.getState().document;
  if (now?.patientKey === document.patientKey)
    patchDocument({
      ...(now.registration === registration ? { registration: saved } : {}),
      savedInstances: [...now.savedInstances, saved.sopInstanceUid],
    });
  return saved;
}

const seriesOf = (image: ImageVolume): RegisteredSeries => ({
  studyInstanceUid: image.study.studyInstanceUid,
  seriesInstanceUid: image.seriesInstanceUid,
  images: image.slices,
});
