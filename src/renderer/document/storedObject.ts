import { retrieveInstance } from '#renderer/client/dicomweb.ts';
import { rpc } from '#renderer/client/rpc.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

/** One object of a patient as the archive keeps it now, byte for byte. @throws IsocenterError NOT_FOUND when it is no longer there. */
export async function storedObject(patientKey: string, sopInstanceUid: string): Promise<Uint8Array> {
  const { tree } = await rpc.patients.tree({ key: patientKey });
  for (const { studyInstanceUid, series } of tree)
    for (const { seriesInstanceUid, objects } of series)
      for (const object of objects)
        if (object.sopInstanceUid === sopInstanceUid)
          return retrieveInstance(studyInstanceUid, seriesInstanceUid, sopInstanceUid, {
            patientKey,
            variant: object.variant,
          });
  throw new IsocenterError('NOT_FOUND', 'the object this one was edited from is no longer in the archive', {
    object: sopInstanceUid,
    attribute: 'SOPInstanceUID',
  });
}
