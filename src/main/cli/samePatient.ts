import { IsocenterError } from '#shared/contract/errors.ts';
import { readHeader } from '#shared/dicom/header.ts';
import type { ImageVolume } from '#shared/model/image.ts';

/** @throws CONFLICT for an object of another patient than the CT's. */
export function samePatient(bytes: Uint8Array, file: string | undefined, { patient }: ImageVolume): void {
  const { patientId } = readHeader(bytes);
  if (patientId !== '' && patient.patientId !== '' && patientId !== patient.patientId)
    throw new IsocenterError('CONFLICT', `is of patient ${patientId}, the CT of patient ${patient.patientId}`, {
      ...(file === undefined ? {} : { object: file }),
      attribute: 'PatientID',
    });
}
