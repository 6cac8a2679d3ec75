import { storeInstances } from '#renderer/client/dicomweb.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { writeRegistration } from '#shared/dicom/registration/registration.ts';
import type { RegisteredSeries } from '#shared/dicom/registration/registrationReferences.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Registration } from '#shared/model/registration.ts';

const SERIES_NUMBER = 9100;

/**
 * Stores a registration of the document as a new Spatial Registration object, signed off or not, and returns it. A draft is replaced by
 * it; a stored one that is signed off stays behind it.
 */
export async function saveRegistration(
  registration: Registration,
  label: string,
  signedOff = registration.signedOff,
): Promise<Registration> {
  const { document } = useDocument.getState();
  if (document === null) throw new IsocenterError('NOT_FOUND', 'there is no registration to save');
  const context = await objectContext(document, SERIES_NUMBER, label);
  const saved: Registration = {
    ...registration,
    sopInstanceUid: context.sopInstanceUid,
    label,
    signedOff,
    ...landmarksFor(document, registration),
  };
  const bytes = writeRegistration(saved, context, {
    fixed: seriesOf(document, registration.fixedFrame),
    moving: seriesOf(document, registration.movingFrame),
  });
  const { failed } = await storeInstances([bytes]);
  if (failed.length > 0)
    throw new IsocenterError('STORAGE', `the archive refused the registration: ${failed[0].reason}`, { object: label });
  const now = useDocument.getState().document;
  if (now?.patientKey === document.patientKey)
    patchDocument({
      registrationDrafts: now.registrationDrafts.filter((draft) => draft !== registration),
      registrations: [saved, ...now.registrations],
      savedInstances: [...now.savedInstances, saved.sopInstanceUid],
    });
  return saved;
}

/** The loaded image of a frame, whose slices the object then names; others are named by their frame only. */
function seriesOf({ primary, secondary }: ClinicalDocument, frame: string): RegisteredSeries | undefined {
  const image = [primary, secondary].find((one): one is ImageVolume => one?.frameOfReferenceUid === frame);
  return image === undefined
    ? undefined
    : {
        studyInstanceUid: image.study.studyInstanceUid,
        seriesInstanceUid: image.seriesInstanceUid,
        images: image.slices,
      };
}

/** The landmarks picked between a registration's frames: those it was fitted to, or those that judge it. */
function landmarksFor({ landmarks }: ClinicalDocument, registration: Registration): Pick<Registration, 'landmarks'> {
  const { fixedFrame, movingFrame } = registration;
  const ours = landmarks?.fixedFrame === fixedFrame && landmarks.movingFrame === movingFrame;
  return ours && landmarks.pairs.length > 0 ? { landmarks: landmarks.pairs } : {};
}
