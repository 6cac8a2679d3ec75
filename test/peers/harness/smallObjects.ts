import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { CT_IMAGE_STORAGE, dataSet, part10 } from './part10.ts';

export interface SmallObject {
  readonly patientId: string;
  /** Bytes in `characterSet`. */
  readonly patientName: string | Buffer;
  readonly characterSet?: string;
  readonly birthDate?: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid?: string;
  readonly modality?: string;
  readonly studyDate?: string;
  readonly accessionNumber?: string;
  readonly studyDescription?: string;
  readonly seriesDescription?: string;
  readonly instanceNumber?: number;
}

const uint16 = (value: number): Buffer => Buffer.from([value & 0xff, value >>> 8]);

/** An image of 16 pixels with just what query and retrieve look at: a whole Part 10 file that our writer has had no hand in. */
export function smallObject(object: SmallObject): Buffer {
  const sopClassUid = object.sopClassUid ?? CT_IMAGE_STORAGE;
  const bytes = dataSet([
    [0x00080005, 'CS', object.characterSet ?? 'ISO_IR 100'],
    [0x00080016, 'UI', sopClassUid],
    [0x00080018, 'UI', object.sopInstanceUid],
    [0x00080020, 'DA', object.studyDate ?? '20240102'],
    [0x00080030, 'TM', '101500'],
    [0x00080050, 'SH', object.accessionNumber ?? 'ACC1'],
    [0x00080060, 'CS', object.modality ?? 'CT'],
    [0x00080090, 'PN', ''],
    [0x00081030, 'LO', object.studyDescription ?? 'Planning'],
    [0x0008103e, 'LO', object.seriesDescription ?? 'Thorax'],
    [0x00090010, 'LO', 'ISOCENTER TEST'],
    [0x00091001, 'LO', 'private'],
    [0x00100010, 'PN', object.patientName],
    [0x00100020, 'LO', object.patientId],
    [0x00100030, 'DA', object.birthDate ?? '19500607'],
    [0x00100040, 'CS', 'F'],
    [0x0020000d, 'UI', object.studyInstanceUid],
    [0x0020000e, 'UI', object.seriesInstanceUid],
    [0x00200010, 'SH', 'S1'],
    [0x00200011, 'IS', '1'],
    [0x00200013, 'IS', String(object.instanceNumber ?? 1)],
    [0x00280002, 'US', uint16(1)],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', uint16(4)],
    [0x00280011, 'US', uint16(4)],
    [0x00280100, 'US', uint16(16)],
    [0x00280101, 'US', uint16(16)],
    [0x00280102, 'US', uint16(15)],
    [0x00280103, 'US', uint16(0)],
    [0x7fe00010, 'OW', Buffer.alloc(32, 7)],
  ]);
  return part10(bytes, sopClassUid, object.sopInstanceUid, EXPLICIT_LITTLE_ENDIAN);
}

export const UID_ROOT = '1.2.826.0.1.3680043.10.999.70';

/** Three patients: ANNE with a CT (3 slices) and an MR series in one study, and a second study; BERTA; ANNA with one image each. */
export const SMALL_ARCHIVE: readonly SmallObject[] = [
  ...[1, 2, 3].map((number) => anne(1, 1, number)),
  anne(1, 2, 1, { modality: 'MR', sopClassUid: '1.2.840.10008.5.1.4.1.1.4', seriesDescription: 'Brain' }),
  anne(2, 1, 1, { studyDate: '20240315', accessionNumber: 'ACC2', studyDescription: 'Follow-up' }),
  other('B2', 'BERTA^BEISPIEL', 3, '20240102'),
  other('C3', 'ANNA^MUSTER', 4, '20231224'),
];

function anne(study: number, series: number, instance: number, more: Partial<SmallObject> = {}): SmallObject {
  return {
    patientId: 'A1',
    patientName: 'ANNE^MUSTER',
    studyInstanceUid: `${UID_ROOT}.${study}`,
    seriesInstanceUid: `${UID_ROOT}.${study}.${series}`,
    sopInstanceUid: `${UID_ROOT}.${study}.${series}.${instance}`,
    instanceNumber: instance,
    ...more,
  };
}

function other(patientId: string, patientName: string, study: number, studyDate: string): SmallObject {
  const studyInstanceUid = `${UID_ROOT}.${study}`;
  return {
    patientId,
    patientName,
    studyDate,
    studyInstanceUid,
    seriesInstanceUid: `${studyInstanceUid}.1`,
    sopInstanceUid: `${studyInstanceUid}.1.1`,
  };
}

/** Writes objects as files; returns their paths. */
export async function writeObjects(folder: string, objects: readonly SmallObject[]): Promise<string[]> {
  const files: string[] = [];
  for (const object of objects) {
    const file = path.join(folder, `${object.sopInstanceUid}.dcm`);
    await writeFile(file, smallObject(object));
    files.push(file);
  }
  return files;
}
