import type { Roi } from '../../model/structures.ts';
import type { Segment, SegmentFrame, Segmentation } from '../../model/segmentation.ts';
import { rgbOfCielab } from '../structures/cielab.ts';
import { readCode } from '../codes.ts';
import { instanceOf, isReference } from '../structures/contourData.ts';
import type { DataSet } from '../codec/dataset.ts';
import { openObject } from '../modules.ts';
import { type FramePlace, framePlaces } from './segmentFrames.ts';
import { type SegmentPixels, segmentPixels } from './segmentPixels.ts';
import { LABEL_MAP_SEGMENTATION, SEGMENTATION } from '../uid.ts';

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
  pixels: SegmentPixels,
  places: readonly FramePlace[],
  described: ReadonlyMap<number, DataSet>,
  full: number,
): Map<number, SegmentFrame[]> {
  const frames = new Map<number, SegmentFrame[]>();
  places.forEach(({ segment, ...place }, n) => {
    if (segment === undefined || !described.has(segment))
      throw dataset.invalid(
        'ReferencedSegmentNumber',
        `frame ${n + 1} is of segment ${segment ?? '?'}, which is not described`,
      );
    const found = boxOf(pixels.frame(n), pixels, (value) => Math.min(1, value / full));
    frames.set(segment, [...(frames.get(segment) ?? []), { ...place, ...found }]);
  });
  return frames;
}

/** The pixels of a frame for which `shareOf` is more than 0, cut out. */
function boxOf(
  values: ArrayLike<number>,
  { rows, columns }: SegmentPixels,
  shareOf: (value: number) => number,
): Pick<SegmentFrame, 'box' | 'share'> {
  let [x0, x1, y0, y1] = [columns, -1, rows, -1];
  for (let p = 0; p < values.length; p++) {
    if (values[p] === 0 || shareOf(values[p]) === 0) continue;
    const [x, y] = [p % columns, Math.floor(p / columns)];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    y1 = y;
  }
  if (x1 < 0) return { box: [0, 0, 0, 0], share: new Float32Array(0) };
  const [width, height] = [x1 - x0 + 1, y1 - y0 + 1];
  const share = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) share[y * width + x] = shareOf(values[(y0 + y) * columns + x0 + x]);
  return { box: [x0, y0, width, height], share };
}

/** A frame for every segment that a frame of the label map shows. */
function labelledFrames(
  dataset: DataSet,
  pixels: SegmentPixels,
  places: readonly FramePlace[],
  described: ReadonlyMap<number, DataSet>,
  warnings: string[],
): Map<number, SegmentFrame[]> {
  const padding = dataset.number('PixelPaddingValue');
  const frames = new Map<number, SegmentFrame[]>();
  const unknown = new Set<number>();
  places.forEach(({ segment: _none, ...place }, n) => {
    const values = pixels.frame(n);
    const labels = new Set<number>();
    for (let p = 0, last = -1; p < values.length; p++) {
      if (values[p] === last) continue;
      last = values[p];
      labels.add(last);
    }
    for (const label of labels) {
      if (label === padding) continue;
      // A label of 0 that is described can be cut out too, though most call their background so.
      if (described.has(label))
        frames.set(label, [...(frames.get(label) ?? []), { ...place, ...boxOfLabel(values, pixels, label) }]);
      else if (label !== 0) unknown.add(label);
    }
  });
  if (unknown.size > 0)
    warnings.push(`pixels of ${[...unknown].join(', ')}, which no segment describes, were left out`);
  return frames;
}

const boxOfLabel = (
  values: ArrayLike<number>,
  size: SegmentPixels,
  label: number,
): Pick<SegmentFrame, 'box' | 'share'> =>
  boxOf(label === 0 ? Uint8Array.from(values, (value) => (value === 0 ? 1 : 0)) : values, size, (value) =>
    value === (label === 0 ? 1 : label) ? 1 : 0,
  );

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
