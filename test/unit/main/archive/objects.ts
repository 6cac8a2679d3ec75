import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArchiveOptions, openArchive } from '#main/archive/archive.ts';
import type { Archive } from '#main/archive/types.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { writePart10 } from '#shared/dicom/codec/part10.ts';
import { CT_IMAGE, RT_DOSE, RT_PLAN, RT_STRUCTURE_SET, SPATIAL_REGISTRATION } from '#shared/dicom/uid.ts';

export const FRAME = '1.2.3.100';
export const STUDY = '1.2.3.1';
export const CT_SERIES = '1.2.3.2';

const patient: DataSetInput = {
  PatientName: 'DOE^JOHN',
  PatientID: 'P1',
  PatientBirthDate: '19500102',
  PatientSex: 'M',
  StudyInstanceUID: STUDY,
  StudyDate: '20200304',
  StudyTime: '101500',
  StudyID: '1',
  AccessionNumber: 'A1',
  ReferringPhysicianName: '',
  StudyDescription: 'Planning',
};

/** A 2×2 CT slice; `n` makes the SOP Instance UID and the instance number. */
export function ctSlice(n: number, changes: DataSetInput = {}, syntax?: string): Uint8Array {
  const slice: DataSetInput = {
    ...patient,
    SOPClassUID: CT_IMAGE,
    SOPInstanceUID: `1.2.3.2.${n}`,
    SeriesInstanceUID: CT_SERIES,
    Modality: 'CT',
    SeriesNumber: 2,
    SeriesDescription: 'Thorax',
    SeriesDate: '20200304',
    InstanceNumber: n,
    FrameOfReferenceUID: FRAME,
    Rows: 2,
    Columns: 2,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PixelData: Uint16Array.of(n, 2, 3, 4),
    ...changes,
  };
  return writePart10(slice, syntax);
}

/** The same bytes with one text in them replaced by another of its length. */
export function withText(file: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(file).toString('latin1');
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

export const STRUCTURES = '1.2.3.3.1';
export const PLAN = '1.2.3.4.1';
export const DOSE = '1.2.3.5.1';

const rtObject = (modality: string, sopClass: string, uid: string, rest: DataSetInput): Uint8Array =>
  writePart10({
    ...patient,
    SOPClassUID: sopClass,
    SOPInstanceUID: uid,
    SeriesInstanceUID: `${uid}.0`,
    Modality: modality,
    SeriesNumber: 3,
    ...rest,
  });

/** A structure set drawn on `series` (absent: it names none) in frame `frame`. */
export function structureSet(series: string | undefined, frame = FRAME, changes: DataSetInput = {}): Uint8Array {
  const study = {
    ReferencedSOPClassUID: '1.2.840.10008.3.1.2.3.1',
    ReferencedSOPInstanceUID: STUDY,
    RTReferencedSeriesSequence: [{ SeriesInstanceUID: series, ContourImageSequence: [] }],
  };
  return rtObject('RTSTRUCT', RT_STRUCTURE_SET, STRUCTURES, {
    StructureSetLabel: 'Contours',
    ReferencedFrameOfReferenceSequence: [
      { FrameOfReferenceUID: frame, RTReferencedStudySequence: series === undefined ? [] : [study] },
    ],
    ...changes,
  });
}

const reference = (sopClass: string, uid: string): DataSetInput => ({
  ReferencedSOPClassUID: sopClass,
  ReferencedSOPInstanceUID: uid,
});

export const plan = (changes: DataSetInput = {}): Uint8Array =>
  rtObject('RTPLAN', RT_PLAN, PLAN, {
    RTPlanLabel: 'Lung',
    ReferencedStructureSetSequence: [reference(RT_STRUCTURE_SET, STRUCTURES)],
    ...changes,
  });

export const dose = (changes: DataSetInput = {}): Uint8Array =>
  rtObject('RTDOSE', RT_DOSE, DOSE, { ReferencedRTPlanSequence: [reference(RT_PLAN, PLAN)], ...changes });

export const registration = (frames: readonly string[]): Uint8Array =>
  rtObject('REG', SPATIAL_REGISTRATION, '1.2.3.6.1', {
    FrameOfReferenceUID: frames[0],
    RegistrationSequence: frames.map((frame) => ({ FrameOfReferenceUID: frame })),
  });

/** A fresh folder under the system's temporary one, gone when disposed. */
export async function scratch(): Promise<{ dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), 'isocenter-test-'));
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

export type OpenScene = () => Promise<{ archive: Archive; dir: string } & AsyncDisposable>;

/** An empty archive in a folder of its own, closed and removed when disposed. */
export async function scratchArchive(options: ArchiveOptions = {}): ReturnType<OpenScene> {
  const folder = await scratch();
  const archive = await openArchive(folder.dir, options);
  return {
    archive,
    dir: folder.dir,
    async [Symbol.asyncDispose]() {
      await archive.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export const store = (archive: Archive, bytes: Uint8Array) => archive.store(bytes, { source: 'test' });
