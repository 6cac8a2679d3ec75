import { basename } from 'node:path';
import type { StoredObject } from '#main/archive/types.ts';
import type { QueuedObject } from './types.ts';

/** What the queue keeps of an archived object. */
export const queuedObject = (object: StoredObject): QueuedObject => ({
  patientKey: object.patientKey,
  seriesInstanceUid: object.seriesInstanceUid,
  sopInstanceUid: object.sopInstanceUid,
  sopClassUid: object.sopClassUid,
  variant: object.variant,
  identity: identityOf(object),
  modality: object.modality,
  label: object.label,
  bytes: object.bytes,
});

/** Tells whether an object is still the one that was queued: the archive's file names hold the digest of what is in them. */
export const identityOf = ({ file }: Pick<StoredObject, 'file'>): string => basename(file);

/** Name and ID of a patient as transfers show them; of a name its first group that is not empty (PS3.5 6.2.1.2). */
export function patientText(patient: { readonly patientName: string; readonly patientId: string }): string {
  const groups = patient.patientName.split('=').map((group) => group.replaceAll('^', ' ').trim());
  return `${groups.find((group) => group !== '') ?? '(no name)'} · ${patient.patientId || '(no ID)'}`;
}
