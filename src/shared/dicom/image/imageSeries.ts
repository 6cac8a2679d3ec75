import { IsocenterError } from '../../contract/errors.ts';
import { indexToPatient, isOrthonormal, voxelCount } from '../../geometry/volume.ts';
import type { ObjectContext } from '../../model/context.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { commonModules, dateAndTime, NOT_CLINICAL } from '../modules.ts';
import { writePart10 } from '../codec/part10.ts';
import { CT_IMAGE, MR_IMAGE, uidFromName } from '../uid.ts';

/** That a volume was computed from other images, and how. */
export interface Derivation {
  /** Fourth value of Image Type: AVERAGE, MAX_IP, MIN_IP. */
  readonly type: string;
  /** Derivation Description. */
  readonly description: string;
}

/**
 * Writes a CT or MR volume as one image per slice (PS3.3 A.3, A.4), signed 16-bit stored values equal to the rounded voxel values.
 * Slices keep the UIDs that `volume.slices` names; without them UIDs derive from the context's instance UID. Throws UNSUPPORTED_OBJECT for other
 * modalities, GEOMETRY for a lattice that is not orthonormal, INVALID_ATTRIBUTE for values that 16 bits cannot hold.
 */
export function writeImageSeries(
  volume: ImageVolume,
  context: ObjectContext,
  derivation?: Derivation,
): Uint8Array<ArrayBuffer>[] {
  const place = { object: `${volume.modality} series ${context.seriesInstanceUid}` };
  if (volume.modality !== 'CT' && volume.modality !== 'MR')
    throw new IsocenterError('UNSUPPORTED_OBJECT', `${volume.modality} series are not written`, {
      ...place,
      attribute: 'Modality',
    });
  if (
    !isOrthonormal(volume.direction) ||
    !volume.spacing.every((mm) => mm > 0) ||
    volume.data.length !== voxelCount(volume)
  )
    throw new IsocenterError('GEOMETRY', 'the volume is no orthonormal lattice with a value per voxel', place);
  if (volume.slices.length !== 0 && volume.slices.length !== volume.dims[2])
    throw new IsocenterError('REFERENCE', `${volume.slices.length} instances for ${volume.dims[2]} slices`, place);
  const common = {
    ...commonModules(context, volume.modality === 'CT' ? CT_IMAGE : MR_IMAGE, volume.modality),
    ...seriesAttributes(volume, context),
    ...(derivation === undefined
      ? {}
      : {
          ImageType: ['DERIVED', 'SECONDARY', 'AXIAL', derivation.type],
          DerivationDescription: derivation.description,
        }),
  };
  return Array.from({ length: volume.dims[2] }, (_, k) =>
    writePart10({ ...common, ...sliceAttributes(volume, context, k) }),
  );
}

function seriesAttributes(volume: ImageVolume, context: ObjectContext): DataSetInput {
  const { date, time } = dateAndTime(context);
  return {
    AcquisitionDate: date,
    AcquisitionTime: time,
    ContentDate: date,
    ContentTime: time,
    FrameOfReferenceUID: volume.frameOfReferenceUid,
    PositionReferenceIndicator: '',
    PatientPosition: volume.patientPosition,
    Laterality: '',
    ImageComments: NOT_CLINICAL,
    AcquisitionNumber: 1,
    ImageOrientationPatient: volume.direction.slice(0, 6),
    PixelSpacing: [volume.spacing[1], volume.spacing[0]],
    SliceThickness: volume.spacing[2],
    SpacingBetweenSlices: volume.modality === 'MR' ? volume.spacing[2] : undefined,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: volume.dims[1],
    Columns: volume.dims[0],
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    WindowCenter: volume.window.center,
    WindowWidth: volume.window.width,
    ...(volume.modality === 'CT' ? CT_ATTRIBUTES : MR_ATTRIBUTES),
  };
}

const CT_ATTRIBUTES: DataSetInput = {
  ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  KVP: 120,
  RescaleIntercept: 0,
  RescaleSlope: 1,
  RescaleType: 'HU',
};

const MR_ATTRIBUTES: DataSetInput = {
  ImageType: ['ORIGINAL', 'PRIMARY', 'OTHER'],
  ScanningSequence: 'SE',
  SequenceVariant: 'NONE',
  ScanOptions: '',
  MRAcquisitionType: '2D',
  RepetitionTime: '',
  EchoTime: '',
  EchoTrainLength: '',
};

function sliceAttributes(volume: ImageVolume, context: ObjectContext, k: number): DataSetInput {
  const origin = indexToPatient(volume, [0, 0, k]);
  return {
    SOPInstanceUID: volume.slices[k]?.sopInstanceUid ?? uidFromName(`${context.sopInstanceUid}/${k}`),
    InstanceNumber: k + 1,
    ImagePositionPatient: origin.map((mm) => Math.round(mm * 1e6) / 1e6),
    SliceLocation: origin[0] * volume.direction[6] + origin[1] * volume.direction[7] + origin[2] * volume.direction[8],
    PixelData: storedSlice(volume, k),
  };
}

function storedSlice(volume: ImageVolume, k: number): Int16Array {
  const frame = volume.dims[0] * volume.dims[1];
  const stored = new Int16Array(frame);
  for (let i = 0; i < frame; i++) {
    const value = Math.round(volume.data[k * frame + i] * volume.slope + volume.intercept);
    if (!(value >= -32768 && value <= 32767))
      throw new IsocenterError('INVALID_ATTRIBUTE', `a voxel of slice ${k} holds ${value}: no signed 16-bit value`, {
        object: `${volume.modality} series`,
        attribute: 'PixelData',
      });
    stored[i] = value;
  }
  return stored;
}
