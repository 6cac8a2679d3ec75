import { IsocenterError } from '../../contract/errors.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { ReferencedInstance } from '../../model/structures.ts';
import type { DataSet } from '../codec/dataset.ts';
import { type PixelFormat, pixelFormatOf } from '../pixels/nativePixels.ts';
import { type DicomFile, readPart10 } from '../codec/part10.ts';
import {
  CT_IMAGE,
  ENHANCED_CT_IMAGE,
  ENHANCED_MR_IMAGE,
  ENHANCED_PET_IMAGE,
  LEGACY_ENHANCED_CT_IMAGE,
  LEGACY_ENHANCED_MR_IMAGE,
  LEGACY_ENHANCED_PET_IMAGE,
  MR_IMAGE,
  nameOfUid,
  PET_IMAGE,
} from '../uid.ts';

/** One image plane of a series, its pixels not yet decoded. Lengths mm, LPS. */
export interface Slice {
  readonly file: DicomFile;
  /** Which frame of the file, from 0. */
  readonly frame: number;
  readonly instance: ReferencedInstance;
  /** Name for messages: instance number or frame. */
  readonly object: string;
  readonly position: Vec3;
  readonly orientation: readonly number[];
  /** Between rows, between columns. */
  readonly pixelSpacing: readonly [number, number];
  /** Slice Thickness or Spacing Between Slices: the depth of a single slice. */
  readonly thickness?: number;
  readonly slope: number;
  readonly intercept: number;
  readonly window?: { readonly center: number; readonly width: number };
  readonly format: PixelFormat;
  readonly localizer: boolean;
}

const MODALITY: Readonly<Record<string, 'CT' | 'MR' | 'PT'>> = {
  [CT_IMAGE]: 'CT',
  [ENHANCED_CT_IMAGE]: 'CT',
  [LEGACY_ENHANCED_CT_IMAGE]: 'CT',
  [MR_IMAGE]: 'MR',
  [ENHANCED_MR_IMAGE]: 'MR',
  [LEGACY_ENHANCED_MR_IMAGE]: 'MR',
  [PET_IMAGE]: 'PT',
  [ENHANCED_PET_IMAGE]: 'PT',
  [LEGACY_ENHANCED_PET_IMAGE]: 'PT',
};

/** Parses the files of one series, without decoding. Throws UNSUPPORTED_OBJECT for SOP classes that make no volume. */
export function readImageFiles(files: readonly Uint8Array[]): DicomFile[] {
  return files.map((bytes, index) => {
    const file = readPart10(bytes, `image ${index + 1} of ${files.length}`);
    const sopClass = file.dataset.needString('SOPClassUID');
    if (MODALITY[sopClass] === undefined)
      throw new IsocenterError('UNSUPPORTED_OBJECT', `${nameOfUid(sopClass)} makes no volume`, {
        object: file.dataset.object,
        attribute: 'SOPClassUID',
      });
    return file;
  });
}

export const modalityOf = (dataset: DataSet): 'CT' | 'MR' | 'PT' => MODALITY[dataset.needString('SOPClassUID')];

/** The planes of one file: itself, or each frame of an enhanced multi-frame object. */
export function slicesOf(file: DicomFile): Slice[] {
  const { dataset } = file;
  const shared = dataset.sequence('SharedFunctionalGroupsSequence')[0];
  const frames = dataset.sequence('PerFrameFunctionalGroupsSequence');
  const format = pixelFormatOf(dataset);
  if (frames.length === 0 && format.frames > 1)
    throw new IsocenterError('GEOMETRY', `${format.frames} frames, but nothing says where they lie`, {
      object: dataset.object,
      attribute: 'PerFrameFunctionalGroupsSequence',
    });
  if (frames.length === 0) return [sliceOf(file, 0, (attribute) => (dataset.has(attribute) ? dataset : undefined))];
  if (frames.length !== format.frames)
    throw dataset.invalid('PerFrameFunctionalGroupsSequence', `${frames.length} items for ${format.frames} frames`);
  return frames.map((frame, index) =>
    sliceOf(file, index, (attribute, macro) => {
      // A functional group stands in the frame's item or, when it is the same for all, in the shared one (PS3.3 C.7.6.16).
      const holder = frame.sequence(macro)[0] ?? shared?.sequence(macro)[0];
      return holder?.has(attribute) ? holder : undefined;
    }),
  );
}

/** Finds the data set that holds an attribute: the image itself, or the item of a functional group macro. */
type Find = (attribute: string, macro: string) => DataSet | undefined;

function sliceOf(file: DicomFile, frame: number, find: Find): Slice {
  const { dataset } = file;
  const numbers = (attribute: string, macro: string, count: number): number[] => {
    const holder = find(attribute, macro);
    if (holder === undefined) throw dataset.missing(attribute);
    return holder.needNumbers(attribute, count);
  };
  const position = numbers('ImagePositionPatient', 'PlanePositionSequence', 3);
  const spacing = numbers('PixelSpacing', 'PixelMeasuresSequence', 2);
  if (!(spacing[0] > 0 && spacing[1] > 0))
    throw dataset.invalid('PixelSpacing', `a spacing of ${spacing.join(' × ')} mm`);
  const format = pixelFormatOf(dataset);
  return {
    file,
    frame,
    instance: { sopClassUid: dataset.string('SOPClassUID'), sopInstanceUid: dataset.needString('SOPInstanceUID') },
    object:
      format.frames > 1
        ? `frame ${frame + 1}`
        : `slice ${dataset.string('InstanceNumber') || dataset.string('SOPInstanceUID')}`,
    position: [position[0], position[1], position[2]],
    orientation: numbers('ImageOrientationPatient', 'PlaneOrientationSequence', 6),
    pixelSpacing: [spacing[0], spacing[1]],
    thickness: thicknessOf(find),
    ...rescaleOf(dataset, find),
    window: windowOf(find),
    format,
    localizer: dataset.strings('ImageType').includes('LOCALIZER'),
  };
}

function thicknessOf(find: Find): number | undefined {
  for (const attribute of ['SpacingBetweenSlices', 'SliceThickness']) {
    const value = find(attribute, 'PixelMeasuresSequence')?.number(attribute);
    if (value !== undefined && value > 0) return value;
  }
  return undefined;
}

function rescaleOf(dataset: DataSet, find: Find): { slope: number; intercept: number } {
  const macro = 'PixelValueTransformationSequence';
  const slope = find('RescaleSlope', macro)?.number('RescaleSlope') ?? 1;
  if (slope === 0) throw dataset.invalid('RescaleSlope', 'a slope of 0 makes all pixels equal');
  return { slope, intercept: find('RescaleIntercept', macro)?.number('RescaleIntercept') ?? 0 };
}

function windowOf(find: Find): Slice['window'] {
  const center = find('WindowCenter', 'FrameVOILUTSequence')?.number('WindowCenter');
  const width = find('WindowWidth', 'FrameVOILUTSequence')?.number('WindowWidth');
  return center === undefined || width === undefined || !(width > 0) ? undefined : { center, width };
}
