import { uidFromName } from '#shared/dicom/uid.ts';
import type { ObjectContext } from '#shared/model/context.ts';

/** A valid context for one object; `kind` and `seed` decide all UIDs. Same seed, same patient and study. */
export function objectContext(kind: string, seed = 1, overrides: Partial<ObjectContext> = {}): ObjectContext {
  return {
    patient: {
      patientName: `Prüfung^Größe^${seed}`,
      patientId: `TEST-${seed}`,
      patientBirthDate: '19500102',
      patientSex: 'F',
    },
    study: {
      studyInstanceUid: uidFromName(`test/${seed}/study`),
      studyDate: '20260102',
      studyTime: '103000',
      studyId: 'S1',
      accessionNumber: 'A1',
      referringPhysicianName: 'Doctor^Test',
      studyDescription: 'Planning',
    },
    now: '2026-03-04T05:06:07.890',
    operator: 'Operator^Test',
    softwareVersion: '0.1.0',
    seriesInstanceUid: uidFromName(`test/${seed}/${kind}/series`),
    seriesNumber: 7,
    seriesDescription: `${kind} of a test`,
    sopInstanceUid: instanceUid(kind, seed),
    ...overrides,
  };
}

/** UID of the object of this kind and seed. */
export const instanceUid = (kind: string, seed = 1): string => uidFromName(`test/${seed}/${kind}/instance`);

/** Frame of reference all objects of a seed share. */
export const frameUid = (seed = 1): string => uidFromName(`test/${seed}/frame`);
