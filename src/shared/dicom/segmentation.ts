import type { Roi } from '../model/structures.ts';
import type { Segment, SegmentFrame, Segmentation } from '../model/segmentation.ts';
import { rgbOfCielab } from './cielab.ts';
import { readCode } from './codes.ts';
import { instanceOf, isReference } from './contourData.ts';
import type { DataSet } from './dataset.ts';
import { openObject } from './modules.ts';
import { type FramePlace, framePlaces } from './segmentFrames.ts';
import { type SegmentPixels, segmentPixels } from './segmentPixels.ts';
import { LABEL_MAP_SEGMENTATION, SEGMENTATION } from './uid.ts';

/** Background of a label map (PS3.16 CID 7150 and its includes): what is in no segment. */
const BACKGROUND = '125040';

/**
 * Reads a Segmentation (BINARY, FRACTIONAL) or Label Map Segmentation (PS3.3 A.51, C.8.20): frames in any order and orientation, several
 * segments over each other. What was left out is said in `warnings`.
 * @throws UNSUPPORTED_OBJECT for another class, INVALID_ATTRIBUTE and MISSING_ATTRIBUTE for frames without a place or of a segment that is
 * not described, and as segmentPixels
 */
export function readSegmentation(bytes: Uint8Array, name = 'Segmentation'): Segmentation {
  const file = openObject(bytes, name, SEGMENTATION, (set) => set.string('SOPClassUID') === LABEL_MAP_SEGMENTATION);
  const { dataset } = file;
  const warnings = [...file.warnings];
  const type = dataset.needString('SegmentationType');
  if (type !== 'BINARY' && type !== 'FRACTIONAL' && type !== 'LABELMAP')
    throw dataset.invalid('SegmentationType', `"${type}" is no type of segmentation`);
  const pixels = segmentPixels(file);
  const places = framePlaces(dataset, pixels);
  const described = new Map<number, DataSet>();
  for (const item of dataset.needSequence('SegmentSequence')) {
    const number = item.needNumber('SegmentNumber');
    if (described.has(number)) throw item.invalid('SegmentNumber', `${number} is used by two segments`);
    described.set(number, item);
  }
  const frames =
    type === 'LABELMAP'
      ? labelledFrames(dataset, pixels, places, described, warnings)
      : segmentFrames(dataset, pixels, places, described, type === 'BINARY' ? 1 : fullValue(dataset, warnings));
  const segments = [...described].flatMap(([number, item]): Segment[] => {
    const code = readCode(item, 'SegmentedPropertyTypeCodeSequence');
    if (type === 'LABELMAP' && code?.value === BACKGROUND) return [];
    return [segmentOf(item, number, frames.get(number) ?? [])];
  });
  for (const { label, frames: own } of segments) if (own.length === 0) warnings.push(`"${label}" has no frames`);
  return {
    sopInstanceUid: dataset.needString('SOPInstanceUID'),
    label: dataset.string('ContentLabel') || dataset.string('SeriesDescription'),
    frameOfReferenceUid: dataset.string('FrameOfReferenceUID'),
    ...references(dataset, warnings),
    segments,
    warnings,
  };
}

function segmentOf(item: DataSet, number: number, frames: readonly SegmentFrame[]): Segment {
  const algorithm = item.string('SegmentAlgorithmType');
  const category = readCode(item, 'SegmentedPropertyCategoryCodeSequence');
  const code = readCode(item, 'SegmentedPropertyTypeCodeSequence');
  const color = rgbOfCielab(item.numbers('RecommendedDisplayCIELabValue'));
  return {
    number,
    label: item.string('SegmentLabel') || `Segment ${number}`,
    algorithm: ALGORITHMS.find((known) => known === algorithm) ?? '',
    ...(category === undefined ? {} : { category }),
    ...(code === undefined ? {} : { code }),
    ...(color === undefined ? {} : { color }),
    frames,
  };
}

const ALGORITHMS: readonly Roi['generationAlgorithm'][] = ['AUTOMATIC', 'SEMIAUTOMATIC', 'MANUAL'];

/** Maximum Fractional Value: what stands for a whole pixel. */
function fullValue(dataset: DataSet, warnings: string[]): number {
  const full = dataset.needNumber('MaximumFractionalValue');
  if (!(full > 0)) throw dataset.invalid('MaximumFractionalValue', `${full} is no maximum`);
  if (dataset.string('SegmentationFractionalType') === 'PROBABILITY')
    warnings.push('the segments are probabilities; outlines are drawn where they are one half');
  return full;
}

function segmentFrames(
  dataset: DataSet,
  { rows, columns, values }: SegmentPixels,
  places: readonly FramePlace[],
  described: ReadonlyMap<number, DataSet>,
  full: number,
): Map<number, SegmentFrame[]> {
  const size = rows * columns;
  const frames = new Map<number, SegmentFrame[]>();
  places.forEach(({ segment, ...place }, n) => {
    if (segment === undefined || !described.has(segment))
      throw dataset.invalid(
        'ReferencedSegmentNumber',
        `frame ${n + 1} is of segment ${segment ?? '?'}, which is not described`,
      );
    const share = new Float32Array(size);
    for (let p = 0; p < size; p++) share[p] = Math.min(1, values[n * size + p] / full);
    frames.set(segment, [...(frames.get(segment) ?? []), { grid: place.grid, share, ...sourceOf(place) }]);
  });
  return frames;
}

const sourceOf = ({ source }: Pick<FramePlace, 'source'>): Pick<SegmentFrame, 'source'> =>
  source === undefined ? {} : { source };

/** A frame for every segment that a frame of the label map shows. */
function labelledFrames(
  dataset: DataSet,
  { rows, columns, values }: SegmentPixels,
  places: readonly FramePlace[],
  described: ReadonlyMap<number, DataSet>,
  warnings: string[],
): Map<number, SegmentFrame[]> {
  const size = rows * columns;
  const padding = dataset.number('PixelPaddingValue');
  const frames = new Map<number, SegmentFrame[]>();
  const unknown = new Set<number>();
  places.forEach((place, n) => {
    const shares = new Map<number, Float32Array>();
    for (let p = 0; p < size; p++) {
      const label = values[n * size + p];
      if (label === padding) continue;
      if (!described.has(label)) {
        if (label !== 0) unknown.add(label);
        continue;
      }
      const share = shares.get(label) ?? new Float32Array(size);
      share[p] = 1;
      shares.set(label, share);
    }
    for (const [label, share] of shares)
      frames.set(label, [...(frames.get(label) ?? []), { grid: place.grid, share, ...sourceOf(place) }]);
  });
  if (unknown.size > 0)
    warnings.push(`pixels of ${[...unknown].join(', ')}, which no segment describes, were left out`);
  return frames;
}

/** The series the segmentation was made on: Common Instance Reference (PS3.3 C.12.2). */
function references(
  dataset: DataSet,
  warnings: string[],
): Pick<Segmentation, 'referencedStudyUid' | 'referencedSeriesUid' | 'referencedImages'> {
  const found = [
    { study: dataset.string('StudyInstanceUID'), set: dataset },
    ...dataset
      .sequence('StudiesContainingOtherReferencedInstancesSequence')
      .map((set) => ({ study: set.string('StudyInstanceUID'), set })),
  ].flatMap(({ study, set }) => set.sequence('ReferencedSeriesSequence').map((series) => ({ study, series })));
  if (found.length > 1) warnings.push(`${found.length} series are referenced; the first is taken as the one segmented`);
  const [first] = found;
  if (first === undefined) return { referencedStudyUid: '', referencedSeriesUid: '', referencedImages: [] };
  return {
    referencedStudyUid: first.study,
    referencedSeriesUid: first.series.string('SeriesInstanceUID'),
    referencedImages: first.series.sequence('ReferencedInstanceSequence').map(instanceOf).filter(isReference),
  };
}
