import { IsocenterError } from '../../contract/errors.ts';
import type { ObjectContext } from '../../model/context.ts';
import type { Contour, ReferencedInstance, Rgb, Roi, StructureSet } from '../../model/structures.ts';
import { instanceOf, isReference, POINTS_PER_MM, readContours } from './contourData.ts';
import { approvalAttributes, readApproval } from '../approval.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { checkInstance, commonModules, dateAndTime, NOT_CLINICAL, openObject } from '../modules.ts';
import { writePart10 } from '../codec/part10.ts';
import { observationItem, observationsByRoi, readObservation, shortText } from './roiObservation.ts';
import { historyNotes, readHistory, readRoiNotes, roiNotes } from './structureNotes.ts';
import { fitText } from '../codec/text.ts';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, RT_STRUCTURE_SET } from '../uid.ts';

/** Colours for ROIs that came without one: told apart on grey images. */
const PALETTE: readonly Rgb[] = [
  [230, 60, 60], [60, 180, 75], [70, 130, 255], [255, 225, 25], [245, 130, 48],
  [190, 80, 220], [70, 240, 240], [240, 50, 230], [210, 245, 60], [250, 190, 190],
]; // biome-ignore format: a table

/**
 * Reads an RT Structure Set (PS3.3 A.19): all ROIs, also those without contours. What had to be repaired or left out is said in
 * `warnings`. Throws UNSUPPORTED_OBJECT for another class, INVALID_ATTRIBUTE for contours that cannot be told apart or decoded.
 */
export function readStructureSet(bytes: Uint8Array, name = 'RT Structure Set'): StructureSet {
  const { dataset, warnings: fileWarnings } = openObject(bytes, name, RT_STRUCTURE_SET);
  const warnings = [...fileWarnings];
  const images = referencedImages(dataset, warnings);
  const contourItems = contoursByRoi(dataset, warnings);
  const observations = observationsByRoi(dataset, warnings);
  const known = new Map(images.images.map((image) => [image.sopInstanceUid, image]));
  const numbers = new Set<number>();
  const rois = dataset.sequence('StructureSetROISequence').map((item, index): Roi => {
    const number = item.needNumber('ROINumber');
    if (numbers.has(number))
      throw item.invalid('ROINumber', `${number} is used by two ROIs: their contours cannot be told apart`);
    numbers.add(number);
    const name = item.string('ROIName');
    if (name === '') warnings.push(`ROI ${number} has no name`);
    const contourItem = contourItems.get(number);
    const algorithm = item.string('ROIGenerationAlgorithm');
    return {
      number,
      name: name === '' ? `ROI ${number}` : name,
      color: colorOf(contourItem, index),
      generationAlgorithm:
        algorithm === 'AUTOMATIC' || algorithm === 'SEMIAUTOMATIC' || algorithm === 'MANUAL' ? algorithm : '',
      frameOfReferenceUid: item.string('ReferencedFrameOfReferenceUID'),
      contours: contourItem === undefined ? [] : readContours(contourItem, name, known, warnings),
      ...readObservation(item, observations.get(number), name, warnings),
      ...readRoiNotes(item, name, warnings),
    };
  });
  for (const number of contourItems.keys())
    if (!numbers.has(number)) warnings.push(`contours of ROI ${number}, which the set does not define, were left out`);
  const frames = new Set(rois.map((roi) => roi.frameOfReferenceUid).filter((uid) => uid !== ''));
  if (frames.size > 1) warnings.push(`the ROIs lie in ${frames.size} frames of reference`);
  const setName = dataset.string('StructureSetName');
  const approval = readApproval(dataset);
  return {
    sopInstanceUid: dataset.needString('SOPInstanceUID'),
    label: dataset.string('StructureSetLabel'),
    ...(setName === '' ? {} : { name: setName }),
    frameOfReferenceUid: images.frame || ([...frames][0] ?? dataset.string('FrameOfReferenceUID')),
    referencedStudyUid: images.study,
    referencedSeriesUid: images.series,
    referencedImages: [...known.values()],
    rois,
    warnings,
    ...(approval === undefined ? {} : { approval }),
    ...readHistory(dataset, warnings),
  };
}

interface ImageReferences {
  frame: string;
  study: string;
  series: string;
  images: ReferencedInstance[];
}

/** Referenced Frame of Reference Sequence: the first series named; further ones are said. */
function referencedImages(dataset: DataSet, warnings: string[]): ImageReferences {
  const found: (ImageReferences & { frame: string })[] = [];
  const frames = dataset.sequence('ReferencedFrameOfReferenceSequence');
  for (const frame of frames)
    for (const study of frame.sequence('RTReferencedStudySequence'))
      for (const series of study.sequence('RTReferencedSeriesSequence'))
        found.push({
          frame: frame.string('FrameOfReferenceUID'),
          study: study.string('ReferencedSOPInstanceUID'),
          series: series.string('SeriesInstanceUID'),
          images: usable(series.sequence('ContourImageSequence').map(instanceOf), warnings),
        });
  if (found.length > 1)
    warnings.push(`${found.length} image series are referenced; the first is taken as the one contoured on`);
  if (found[0]?.series !== undefined && found[0].series !== '' && found[0].images.length === 0)
    warnings.push('an image series is referenced without its images');
  return found[0] ?? { frame: frames[0]?.string('FrameOfReferenceUID') ?? '', study: '', series: '', images: [] };
}

/** References that can be written again; the others are said. */
function usable(references: readonly ReferencedInstance[], warnings: string[]): ReferencedInstance[] {
  const good = references.filter(isReference);
  if (good.length < references.length)
    warnings.push(`${references.length - good.length} references to images are no UIDs and were left out`);
  return good;
}

function contoursByRoi(dataset: DataSet, warnings: string[]): Map<number, DataSet> {
  const items = new Map<number, DataSet>();
  for (const item of dataset.sequence('ROIContourSequence')) {
    const number = item.needNumber('ReferencedROINumber');
    if (items.has(number)) throw item.invalid('ReferencedROINumber', `ROI ${number} has two contour lists`);
    items.set(number, item);
  }
  if (items.size === 0) warnings.push('the set has no contours');
  return items;
}

function colorOf(item: DataSet | undefined, index: number): Rgb {
  const values = item?.numbers('ROIDisplayColor') ?? [];
  const valid = values.length === 3 && values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255);
  return valid ? [values[0], values[1], values[2]] : PALETTE[index % PALETTE.length];
}

/** Detached Study Management (retired): what RT Referenced Study Sequence names a study with (PS3.3 C.8.8.5). */
const STUDY_CLASS = '1.2.840.10008.3.1.2.3.1';

/** Coordinates are written to a tenth of a micrometre. */
const round = (mm: number): number => Math.round(mm * POINTS_PER_MM) / POINTS_PER_MM;

export interface StructureSetOptions {
  /** The instance this set was edited from. */
  readonly predecessorUid?: string;
}

/**
 * Writes an RT Structure Set (PS3.3 A.19) as a new instance, with the record's approval and references to study, series and every contoured image.
 * Explicit VR little endian; implicit where a contour is too long for a 16-bit length. Throws CONFLICT when the record has another
 * instance UID than the context, REFERENCE when a contour names an image that the set does not list.
 */
export function writeStructureSet(
  set: StructureSet,
  context: ObjectContext,
  options: StructureSetOptions = {},
): Uint8Array<ArrayBuffer> {
  checkInstance(set.sopInstanceUid, context, 'structure set');
  if (set.frameOfReferenceUid === '')
    throw new IsocenterError('FRAME_OF_REFERENCE', 'a structure set needs a frame of reference', {
      object: set.label,
      attribute: 'FrameOfReferenceUID',
    });
  const { date, time } = dateAndTime(context);
  const classes = new Map(set.referencedImages.map((image) => [image.sopInstanceUid, image.sopClassUid]));
  const dataset: DataSetInput = {
    ...commonModules(context, RT_STRUCTURE_SET, 'RTSTRUCT'),
    FrameOfReferenceUID: set.frameOfReferenceUid,
    PositionReferenceIndicator: '',
    StructureSetLabel: fitText(set.label === '' ? 'isocenter' : set.label, 16),
    StructureSetName: set.name === undefined ? undefined : fitText(set.name, 64),
    StructureSetDescription: NOT_CLINICAL,
    StructureSetDate: date,
    StructureSetTime: time,
    PredecessorStructureSetSequence:
      options.predecessorUid === undefined
        ? undefined
        : [{ ReferencedSOPClassUID: RT_STRUCTURE_SET, ReferencedSOPInstanceUID: options.predecessorUid }],
    ReferencedFrameOfReferenceSequence: [
      { FrameOfReferenceUID: set.frameOfReferenceUid, RTReferencedStudySequence: studies(set) },
      ...otherFrames(set).map((uid) => ({ FrameOfReferenceUID: uid })),
    ],
    StructureSetROISequence: set.rois.map((roi) => ({
      ROINumber: roi.number,
      ReferencedFrameOfReferenceUID: roi.frameOfReferenceUid === '' ? set.frameOfReferenceUid : roi.frameOfReferenceUid,
      ROIName: fitText(roi.name, 64),
      ROIDescription: shortText(roi.remarks?.ROIDescription),
      ROIGenerationAlgorithm: roi.generationAlgorithm,
      ...roiNotes(roi),
    })),
    ROIContourSequence: set.rois.map((roi) => ({
      ROIDisplayColor: roi.color,
      ContourSequence:
        roi.contours.length === 0 ? undefined : roi.contours.map((contour) => contourItem(roi, contour, classes)),
      ReferencedROINumber: roi.number,
    })),
    RTROIObservationsSequence: set.rois.map((roi, index) => observationItem(roi, index + 1)),
    ...approvalAttributes(set.approval),
    ...historyNotes(set),
  };
  const long = set.rois.some((roi) => roi.contours.some((contour) => contour.points.length * 12 > 0xfffe));
  return writePart10(dataset, long ? IMPLICIT_LITTLE_ENDIAN : EXPLICIT_LITTLE_ENDIAN);
}

/** Frames that ROIs lie in, other than the set's own. */
const otherFrames = (set: StructureSet): string[] =>
  [...new Set(set.rois.map((roi) => roi.frameOfReferenceUid))].filter(
    (uid) => uid !== '' && uid !== set.frameOfReferenceUid,
  );

function studies(set: StructureSet): DataSetInput[] | undefined {
  if (set.referencedStudyUid === '' || set.referencedSeriesUid === '' || set.referencedImages.length === 0)
    return undefined;
  const images = set.referencedImages.map((image) => ({
    ReferencedSOPClassUID: image.sopClassUid,
    ReferencedSOPInstanceUID: image.sopInstanceUid,
  }));
  return [
    {
      ReferencedSOPClassUID: STUDY_CLASS,
      ReferencedSOPInstanceUID: set.referencedStudyUid,
      RTReferencedSeriesSequence: [{ SeriesInstanceUID: set.referencedSeriesUid, ContourImageSequence: images }],
    },
  ];
}

function contourItem(roi: Roi, contour: Contour, classes: ReadonlyMap<string, string>): DataSetInput {
  const uid = contour.referencedSopInstanceUid;
  const sopClass = uid === undefined ? undefined : classes.get(uid);
  if (uid !== undefined && sopClass === undefined)
    throw new IsocenterError('REFERENCE', `a contour names image ${uid}, which the structure set does not list`, {
      object: roi.name,
      attribute: 'ContourImageSequence',
    });
  if (contour.points.length === 0 || contour.points.length % 3 !== 0)
    throw new IsocenterError('INVALID_ATTRIBUTE', `${contour.points.length} numbers are no points`, {
      object: roi.name,
      attribute: 'ContourData',
    });
  return {
    ContourImageSequence:
      uid === undefined ? undefined : [{ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: uid }],
    ContourGeometricType: contour.type,
    NumberOfContourPoints: contour.points.length / 3,
    ContourData: Array.from(contour.points, round),
  };
}
