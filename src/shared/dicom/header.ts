import { IsocenterError } from '../contract/errors.ts';
import type { Vec3 } from '../geometry/vec.ts';
import type { ReferencedInstance } from '../model/structures.ts';
import type { DataSet } from './codec/dataset.ts';
import { parseDataSet } from './codec/parse.ts';
import { type ObjectStart, type ReadOptions, readPart10 } from './codec/part10.ts';
import {
  MEDIA_STORAGE_DIRECTORY,
  RT_DOSE,
  RT_ION_PLAN,
  RT_PLAN,
  RT_STRUCTURE_SET,
  DEFORMABLE_SPATIAL_REGISTRATION,
  SPATIAL_REGISTRATION,
} from './uid.ts';

/** What the archive indexes of an instance. Text is trimmed and '' where the object says nothing; dates DA, times TM. */
export interface InstanceHeader {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly instanceNumber: string;
  readonly instanceCreationDate: string;
  readonly instanceCreationTime: string;
  /** What people call the object: structure set, plan, image or content label; description of a dose or registration. */
  readonly label: string;
  readonly approvalStatus: string;

  readonly patientName: string;
  readonly patientId: string;
  readonly issuerOfPatientId: string;
  readonly patientBirthDate: string;
  readonly patientSex: string;

  readonly studyInstanceUid: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyId: string;
  readonly studyDescription: string;
  readonly accessionNumber: string;
  readonly referringPhysicianName: string;

  readonly seriesInstanceUid: string;
  readonly seriesNumber: string;
  readonly seriesDescription: string;
  readonly seriesDate: string;
  readonly seriesTime: string;
  readonly modality: string;
  readonly bodyPartExamined: string;
  readonly protocolName: string;
  readonly manufacturer: string;
  readonly manufacturerModelName: string;
  readonly stationName: string;
  readonly frameOfReferenceUid: string;
  readonly patientPosition: string;

  /** Present when the object has pixel data attributes. */
  readonly image?: ImageHeader;
  readonly references: HeaderReferences;
  readonly warnings: readonly string[];
}

/** Image attributes; lengths in mm, LPS. Geometry is absent where the object has none of its own (multi-frame, projections). */
interface ImageHeader {
  readonly rows: number;
  readonly columns: number;
  readonly numberOfFrames: number;
  readonly bitsAllocated: number;
  readonly photometricInterpretation: string;
  readonly imageType: readonly string[];
  readonly position?: Vec3;
  /** Row and column direction cosines. */
  readonly orientation?: readonly number[];
  /** Between rows, between columns. */
  readonly pixelSpacing?: readonly [number, number];
  readonly sliceThickness?: number;
  /** Distance of the slice along its normal, mm: what the slices of a series are sorted by. */
  readonly slicePosition?: number;
}

/** Everything the object names, each UID once, in order of appearance. */
interface HeaderReferences {
  readonly instances: readonly ReferencedInstance[];
  readonly structureSets: readonly string[];
  readonly plans: readonly string[];
  readonly doses: readonly string[];
  readonly registrations: readonly string[];
  /** Images: all other instances named. */
  readonly images: readonly string[];
  /** Series named in reference sequences. */
  readonly series: readonly string[];
  /** Frames of reference named inside sequences (structure sets, registrations). */
  readonly framesOfReference: readonly string[];
}

/**
 * The index header of a Part 10 file or bare data set. The whole structure is walked, so that truncated files are refused, but no
 * pixel is touched; with `stopBefore: 0x7fe00010` the bytes may end after the header.
 * Throws what readPart10 throws, MISSING_ATTRIBUTE without a UID of instance, class, study or series, UNSUPPORTED_OBJECT for DICOMDIR.
 */
export function readHeader(bytes: Uint8Array, name?: string, options: ReadOptions = {}): InstanceHeader {
  const { dataset, meta, transferSyntaxUid, warnings } = readPart10(bytes, name, options);
  refuseDirectory(meta, name);
  return headerOf(dataset, transferSyntaxUid, warnings);
}

/**
 * The index header of an object that streamed by.
 * @param header what `HeaderStream` kept of its data set
 * @throws as `readHeader`
 */
export function readStreamedHeader(start: ObjectStart, header: Uint8Array, name: string): InstanceHeader {
  refuseDirectory(start.meta, name);
  const { dataset } = parseDataSet(header, 0, start.encoding, name);
  return headerOf(dataset, start.transferSyntaxUid, [...start.warnings, ...dataset.source.warnings]);
}

function refuseDirectory(meta: DataSet | undefined, name: string | undefined): void {
  if (meta?.string('MediaStorageSOPClassUID') === MEDIA_STORAGE_DIRECTORY)
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'a DICOMDIR is an index of other files, not an object', {
      object: name,
    });
}

/** The header of an already parsed data set. */
function headerOf(dataset: DataSet, transferSyntaxUid: string, fileWarnings: readonly string[] = []): InstanceHeader {
  const warnings = [...fileWarnings];
  const text = (keyword: string): string => lenient(() => dataset.string(keyword), warnings) ?? '';
  const image = dataset.has('Rows') ? imageHeader(dataset, warnings) : undefined;
  return {
    sopInstanceUid: dataset.needString('SOPInstanceUID'),
    sopClassUid: dataset.needString('SOPClassUID'),
    transferSyntaxUid,
    instanceNumber: text('InstanceNumber'),
    instanceCreationDate: text('InstanceCreationDate'),
    instanceCreationTime: text('InstanceCreationTime'),
    label: labelOf(text),
    approvalStatus: text('ApprovalStatus'),
    patientName: text('PatientName'),
    patientId: text('PatientID'),
    issuerOfPatientId: text('IssuerOfPatientID'),
    patientBirthDate: text('PatientBirthDate'),
    patientSex: text('PatientSex'),
    studyInstanceUid: dataset.needString('StudyInstanceUID'),
    studyDate: text('StudyDate'),
    studyTime: text('StudyTime'),
    studyId: text('StudyID'),
    studyDescription: text('StudyDescription'),
    accessionNumber: text('AccessionNumber'),
    referringPhysicianName: text('ReferringPhysicianName'),
    seriesInstanceUid: dataset.needString('SeriesInstanceUID'),
    seriesNumber: text('SeriesNumber'),
    seriesDescription: text('SeriesDescription'),
    seriesDate: text('SeriesDate'),
    seriesTime: text('SeriesTime'),
    modality: text('Modality'),
    bodyPartExamined: text('BodyPartExamined'),
    protocolName: text('ProtocolName'),
    manufacturer: text('Manufacturer'),
    manufacturerModelName: text('ManufacturerModelName'),
    stationName: text('StationName'),
    frameOfReferenceUid: text('FrameOfReferenceUID'),
    patientPosition:
      text('PatientPosition') ||
      (lenient(() => dataset.sequence('PatientSetupSequence')[0]?.string('PatientPosition'), warnings) ?? ''),
    ...(image === undefined ? {} : { image }),
    references: referencesOf(dataset),
    warnings,
  };
}

function labelOf(text: (keyword: string) => string): string {
  for (const keyword of [
    'StructureSetLabel',
    'RTPlanLabel',
    'RTImageLabel',
    'ContentLabel',
    'DoseComment',
    'ContentDescription',
  ])
    if (text(keyword) !== '') return text(keyword);
  return '';
}

/** A header must be readable although some attribute in it is not: that one is left out and said. */
function lenient<T>(read: () => T, warnings: string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    warnings.push(`${error.attribute ?? ''}: ${error.message}`);
    return undefined;
  }
}

function imageHeader(dataset: DataSet, warnings: string[]): ImageHeader {
  const numbers = (keyword: string, count: number): number[] | undefined => {
    const values = lenient(() => dataset.numbers(keyword), warnings) ?? [];
    if (values.length !== 0 && values.length !== count)
      warnings.push(`${keyword}: ${values.length} values instead of ${count}`);
    return values.length === count ? values : undefined;
  };
  const position = numbers('ImagePositionPatient', 3);
  const orientation = numbers('ImageOrientationPatient', 6);
  const pixelSpacing = numbers('PixelSpacing', 2);
  return {
    rows: numbers('Rows', 1)?.[0] ?? 0,
    columns: numbers('Columns', 1)?.[0] ?? 0,
    numberOfFrames: numbers('NumberOfFrames', 1)?.[0] ?? 1,
    bitsAllocated: numbers('BitsAllocated', 1)?.[0] ?? 0,
    photometricInterpretation: dataset.string('PhotometricInterpretation'),
    imageType: dataset.strings('ImageType'),
    position: position === undefined ? undefined : [position[0], position[1], position[2]],
    orientation,
    pixelSpacing: pixelSpacing === undefined ? undefined : [pixelSpacing[0], pixelSpacing[1]],
    sliceThickness: numbers('SliceThickness', 1)?.[0],
    slicePosition: position === undefined || orientation === undefined ? undefined : alongNormal(position, orientation),
  };
}

function alongNormal(p: readonly number[], o: readonly number[]): number {
  return p[0] * (o[1] * o[5] - o[2] * o[4]) + p[1] * (o[2] * o[3] - o[0] * o[5]) + p[2] * (o[0] * o[4] - o[1] * o[3]);
}

const SERIES = 0x0020000e;
const FRAME = 0x00200052;
const REFERENCED_FRAME = 0x30060024;
/** Source Frame of Reference UID of a deformation. */
const SOURCE_FRAME = 0x00640003;
const REFERENCED_CLASS = 0x00081150;
const REFERENCED_INSTANCE = 0x00081155;
/** Detached study and study component management: classes that name studies, not stored objects (PS3.6, retired). */
const STUDY_CLASSES = '1.2.840.10008.3.1.2.';

function referencesOf(dataset: DataSet): HeaderReferences {
  const instances = new Map<string, string>();
  const series = new Set<string>();
  const frames = new Set<string>();
  const uid = (set: DataSet, tag: number): string => (set.element(tag)?.vr === 'UI' ? set.string(tag) : '');
  const walk = (set: DataSet): void => {
    for (const element of set.elements.values())
      for (const item of element.items ?? []) {
        const instance = uid(item, REFERENCED_INSTANCE);
        const sopClass = uid(item, REFERENCED_CLASS);
        if (instance !== '' && !sopClass.startsWith(STUDY_CLASSES) && !instances.has(instance))
          instances.set(instance, sopClass);
        if (uid(item, SERIES) !== '') series.add(uid(item, SERIES));
        for (const frame of [uid(item, FRAME), uid(item, REFERENCED_FRAME), uid(item, SOURCE_FRAME)])
          if (frame !== '') frames.add(frame);
        walk(item);
      }
  };
  walk(dataset);
  const all = [...instances].map(([sopInstanceUid, sopClassUid]) => ({ sopClassUid, sopInstanceUid }));
  const of = (...classes: string[]): string[] =>
    all.filter(({ sopClassUid }) => classes.includes(sopClassUid)).map(({ sopInstanceUid }) => sopInstanceUid);
  const objects = [
    RT_STRUCTURE_SET, RT_PLAN, RT_ION_PLAN, RT_DOSE, SPATIAL_REGISTRATION, DEFORMABLE_SPATIAL_REGISTRATION,
  ]; // biome-ignore format: a list
  return {
    instances: all,
    structureSets: of(RT_STRUCTURE_SET),
    plans: of(RT_PLAN, RT_ION_PLAN),
    doses: of(RT_DOSE),
    registrations: of(SPATIAL_REGISTRATION, DEFORMABLE_SPATIAL_REGISTRATION),
    images: all.filter(({ sopClassUid }) => !objects.includes(sopClassUid)).map(({ sopInstanceUid }) => sopInstanceUid),
    series: [...series],
    framesOfReference: [...frames],
  };
}
