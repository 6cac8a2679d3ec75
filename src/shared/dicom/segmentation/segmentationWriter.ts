import { IsocenterError } from '../../contract/errors.ts';
import { indexToPatient } from '../../geometry/volume.ts';
import type { ObjectContext } from '../../model/context.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Box } from '../../model/segmentation.ts';
import type { Code, ReferencedInstance, StructureSet } from '../../model/structures.ts';
import { segmentCodes } from '../../structures/sets/segmentCodes.ts';
import type { RoiMask } from '../../structures/sets/segments.ts';
import { cielabOfRgb } from '../structures/cielab.ts';
import { codeItem } from '../codes.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { commonModules, dateAndTime, NOT_CLINICAL } from '../modules.ts';
import { writePart10 } from '../codec/part10.ts';
import { fitText } from '../codec/text.ts';
import { SEGMENTATION, uidFromName } from '../uid.ts';

/** What a segmentation is made on: an image without its voxels. */
export type SegmentedImage = Pick<
  ImageVolume,
  'dims' | 'spacing' | 'origin' | 'direction' | 'frameOfReferenceUid' | 'slices' | 'study' | 'seriesInstanceUid'
>;

const dcm = (value: string, meaning: string): Code => ({ value, scheme: 'DCM', meaning });
const SEGMENT_NUMBER = 0x0062000b;
const SEGMENT_IDENTIFICATION = 0x0062000a;
const IMAGE_POSITION = 0x00200032;
const PLANE_POSITION = 0x00209113;
/** Half a gigabyte of frames: more than a segmentation that others can open. */
const MOST_BYTES = 2 ** 29;

/**
 * Writes ROIs as a binary Segmentation (PS3.3 A.51) on the image's slices: a frame for each slice that holds some of a segment, with what
 * it is by codes, the image it was made from, and the ROI's colour.
 * @throws NOT_FOUND without any voxel, FRAME_OF_REFERENCE for ROIs of another frame than the image's, UNSUPPORTED_OBJECT beyond 512 MB
 */
export function writeSegmentation(
  { label, rois }: Pick<StructureSet, 'label' | 'rois'>,
  masks: readonly RoiMask[],
  image: SegmentedImage,
  context: ObjectContext,
): Uint8Array<ArrayBuffer> {
  const object = `segmentation of ${label}`;
  if (masks.length === 0) throw new IsocenterError('NOT_FOUND', 'no structure holds a voxel of the image', { object });
  const astray = rois.find(({ frameOfReferenceUid: uid }) => uid !== '' && uid !== image.frameOfReferenceUid);
  if (astray !== undefined || image.frameOfReferenceUid === '')
    throw new IsocenterError('FRAME_OF_REFERENCE', 'lies in another frame of reference than the image', {
      object: astray?.name ?? object,
      attribute: 'FrameOfReferenceUID',
    });
  const frames = masks.flatMap(({ slices, box }, s) => slices.map((slice) => ({ ...slice, box, segment: s + 1 })));
  const [columns, rows] = image.dims;
  if ((frames.length * columns * rows) / 8 > MOST_BYTES)
    throw new IsocenterError('UNSUPPORTED_OBJECT', `${frames.length} frames of ${columns} × ${rows} pixels`, {
      object,
      attribute: 'NumberOfFrames',
    });
  const places = [...new Set(frames.map(({ k }) => k))].sort((a, b) => a - b);
  const { date, time } = dateAndTime(context);
  return writePart10({
    ...commonModules(context, SEGMENTATION, 'SEG'),
    DeviceSerialNumber: 'none',
    ContentDate: date,
    ContentTime: time,
    InstanceNumber: 1,
    ImageType: ['DERIVED', 'PRIMARY'],
    ContentLabel: contentLabel(label),
    ContentDescription: fitText(`${label}. ${NOT_CLINICAL}`, 64),
    ContentCreatorName: context.operator,
    FrameOfReferenceUID: image.frameOfReferenceUid,
    PositionReferenceIndicator: '',
    ...references(image, context),
    ...dimensions(context.sopInstanceUid),
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: frames.length,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    LossyImageCompression: '00',
    SegmentationType: 'BINARY',
    SegmentSequence: masks.map(({ roi }, s) => segmentItem(roi, s + 1)),
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [{ ImageOrientationPatient: image.direction.slice(0, 6) }],
        PixelMeasuresSequence: [
          {
            SliceThickness: image.spacing[2],
            SpacingBetweenSlices: image.spacing[2],
            PixelSpacing: [image.spacing[1], image.spacing[0]],
          },
        ],
      },
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ k, segment }) => ({
      ...derivation(image.slices[k]),
      FrameContentSequence: [{ DimensionIndexValues: [segment, places.indexOf(k) + 1] }],
      PlanePositionSequence: [
        { ImagePositionPatient: indexToPatient(image, [0, 0, k]).map((mm) => Math.round(mm * 1e6) / 1e6) },
      ],
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
    })),
    PixelData: packed(frames, columns, rows),
  });
}

function segmentItem(roi: RoiMask['roi'], number: number): DataSetInput {
  const { category, type, modifier } = segmentCodes(roi);
  const byHand = roi.generationAlgorithm === 'MANUAL' || roi.generationAlgorithm === '';
  return {
    SegmentNumber: number,
    SegmentLabel: fitText(roi.name, 64),
    SegmentAlgorithmType: byHand ? 'MANUAL' : roi.generationAlgorithm,
    SegmentAlgorithmName: byHand ? undefined : 'isocenter',
    SegmentedPropertyCategoryCodeSequence: [codeItem(category)],
    SegmentedPropertyTypeCodeSequence: [
      {
        ...codeItem(type),
        SegmentedPropertyTypeModifierCodeSequence: modifier === undefined ? undefined : [codeItem(modifier)],
      },
    ],
    RecommendedDisplayCIELabValue: cielabOfRgb(roi.color),
  };
}

/** A code string: capitals, digits, space and underscore, 16 at most. */
const contentLabel = (label: string): string =>
  label
    .toUpperCase()
    .replace(/[^A-Z0-9 _]/g, '_')
    .slice(0, 16)
    .trim() || 'SEGMENTATION';

function references({ slices, seriesInstanceUid, study }: SegmentedImage, context: ObjectContext): DataSetInput {
  if (slices.length === 0) return {};
  const instances = [...new Map(slices.map((slice) => [slice.sopInstanceUid, slice])).values()].map(reference);
  const series = [{ SeriesInstanceUID: seriesInstanceUid, ReferencedInstanceSequence: instances }];
  if (study.studyInstanceUid === context.study.studyInstanceUid) return { ReferencedSeriesSequence: series };
  return {
    StudiesContainingOtherReferencedInstancesSequence: [
      { StudyInstanceUID: study.studyInstanceUid, ReferencedSeriesSequence: series },
    ],
  };
}

const reference = ({ sopClassUid, sopInstanceUid }: ReferencedInstance): DataSetInput => ({
  ReferencedSOPClassUID: sopClassUid,
  ReferencedSOPInstanceUID: sopInstanceUid,
});

/** Frames are counted by segment, then by place along the image (PS3.3 C.7.6.17). */
function dimensions(instance: string): DataSetInput {
  const organization = uidFromName(`${instance}/dimensions`);
  const index = (pointer: number, group: number, name: string): DataSetInput => ({
    DimensionOrganizationUID: organization,
    DimensionIndexPointer: pointer,
    FunctionalGroupPointer: group,
    DimensionDescriptionLabel: name,
  });
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organization }],
    DimensionIndexSequence: [
      index(SEGMENT_NUMBER, SEGMENT_IDENTIFICATION, 'Segment'),
      index(IMAGE_POSITION, PLANE_POSITION, 'Position'),
    ],
  };
}

function derivation(slice: ReferencedInstance | undefined): DataSetInput {
  if (slice === undefined) return {};
  const source = {
    ...reference(slice),
    SpatialLocationsPreserved: 'YES',
    PurposeOfReferenceCodeSequence: [codeItem(dcm('121322', 'Source image for image processing operation'))],
  };
  return {
    DerivationImageSequence: [
      { DerivationCodeSequence: [codeItem(dcm('113076', 'Segmentation'))], SourceImageSequence: [source] },
    ],
  };
}

/** Bits of all frames without gaps, least significant first (PS3.5 8.1.1). */
function packed(frames: readonly { box: Box; inside: Uint8Array }[], columns: number, rows: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((frames.length * columns * rows) / 8));
  frames.forEach(({ box: [i, j, width, height], inside }, n) => {
    for (let y = 0, p = 0; y < height; y++) {
      const start = (n * rows + j + y) * columns + i;
      for (let bit = start; bit < start + width; bit++, p++)
        if (inside[p] === 1) bytes[Math.floor(bit / 8)] |= 1 << (bit & 7);
    }
  });
  return bytes;
}
