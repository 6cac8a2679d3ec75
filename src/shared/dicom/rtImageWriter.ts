import { IsocenterError } from '../contract/errors.ts';
import type { ObjectContext } from '../model/context.ts';
import type { RtImage, RtImageExposure } from '../model/rtImage.ts';
import { formatDecimal } from './codec/decimal.ts';
import type { DataSetInput } from './codec/encode.ts';
import { checkInstance, commonModules, dateAndTime, NOT_CLINICAL } from './modules.ts';
import { writePart10 } from './codec/part10.ts';
import { fitText } from './codec/text.ts';
import { RT_IMAGE, RT_PLAN } from './uid.ts';

const TOP = 65535;

/**
 * Writes an RT Image (PS3.3 A.17) with 16 bits a pixel: a value is Rescale Slope times what is stored; negative ones, which are rounding, become 0.
 * `instanceNumber` counts the images of a series.
 * Throws INVALID_ATTRIBUTE for pixels that are not finite or do not fill the image, REFERENCE for a beam without a plan, CONFLICT for another
 * instance UID than the context's.
 */
export function writeRtImage(image: RtImage, context: ObjectContext, instanceNumber = 1): Uint8Array<ArrayBuffer> {
  checkInstance(image.sopInstanceUid, context, 'RT Image');
  const refuse = (message: string, attribute: string): IsocenterError =>
    new IsocenterError('INVALID_ATTRIBUTE', message, { object: `RT Image ${image.label}`, attribute });
  const [columns, rows] = image.size;
  if (image.data.length !== columns * rows)
    throw refuse(`${image.data.length} values for ${columns} × ${rows} pixels`, 'PixelData');
  if (image.beamNumber !== undefined && image.planUid === undefined)
    throw new IsocenterError('REFERENCE', 'an image of a beam needs its plan', {
      object: `RT Image ${image.label}`,
      attribute: 'ReferencedRTPlanSequence',
    });
  const { words, slope } = quantize(image.data, () => refuse('a pixel holds no finite number', 'PixelData'));
  const { date, time } = dateAndTime(context);
  const { spacing, window } = image;
  return writePart10({
    ...commonModules(context, RT_IMAGE, 'RTIMAGE'),
    InstanceNumber: instanceNumber,
    ImageType: [...image.imageType],
    ContentDate: date,
    ContentTime: time,
    PatientOrientation: '',
    ConversionType: 'WSD',
    BurnedInAnnotation: 'NO',
    FrameOfReferenceUID: image.frameOfReferenceUid === '' ? undefined : image.frameOfReferenceUid,
    PositionReferenceIndicator: image.frameOfReferenceUid === '' ? undefined : '',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: columns,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    PixelIntensityRelationship: image.intensity?.relationship,
    PixelIntensityRelationshipSign: image.intensity?.sign,
    RescaleIntercept: 0,
    RescaleSlope: slope,
    RescaleType: image.unit === '' ? 'US' : fitText(image.unit, 64),
    WindowCenter: window?.center,
    WindowWidth: window?.width,
    RTImageLabel: fitText(image.label, 16),
    RTImageName: image.name === undefined ? undefined : fitText(image.name, 64),
    RTImageDescription: `${image.description === undefined ? '' : `${image.description}. `}${NOT_CLINICAL}`.slice(
      0,
      1024,
    ),
    ReportedValuesOrigin: image.reportedValuesOrigin === '' ? undefined : image.reportedValuesOrigin,
    RTImagePlane: image.plane === '' ? 'NORMAL' : image.plane,
    XRayImageReceptorTranslation: image.receptorTranslation,
    XRayImageReceptorAngle: image.receptorAngle ?? '',
    RTImageOrientation: image.orientation,
    ImagePlanePixelSpacing: spacing === undefined ? '' : [spacing[1], spacing[0]],
    RTImagePosition: image.firstPixel ?? '',
    RadiationMachineName: fitText(image.machine, 16),
    PrimaryDosimeterUnit: 'MU',
    RadiationMachineSAD: image.sad ?? '',
    RTImageSID: image.sid ?? '',
    ExposureSequence: image.exposures.length === 0 ? undefined : image.exposures.map(exposureItem),
    GantryAngle: image.gantry,
    BeamLimitingDeviceAngle: image.collimator,
    PatientSupportAngle: image.couch,
    IsocenterPosition: image.isocenter,
    PatientPosition: image.patientPosition === '' ? undefined : image.patientPosition,
    ReferencedRTPlanSequence:
      image.planUid === undefined
        ? undefined
        : [{ ReferencedSOPClassUID: RT_PLAN, ReferencedSOPInstanceUID: image.planUid }],
    ReferencedBeamNumber: image.beamNumber,
    ReferencedFractionGroupNumber: image.beamNumber === undefined ? undefined : (image.fractionGroup ?? 1),
    PixelData: words,
  });
}

const exposureItem = ({ kvp, meterset, devices, gantry, collimator, couch }: RtImageExposure): DataSetInput => ({
  KVP: kvp,
  MetersetExposure: meterset,
  BeamLimitingDeviceSequence: devices.map((device) => ({
    RTBeamLimitingDeviceType: device.type,
    SourceToBeamLimitingDeviceDistance: device.sourceDistance,
    NumberOfLeafJawPairs: device.pairs,
    LeafPositionBoundaries: device.leafBoundaries,
    LeafJawPositions: device.positions,
  })),
  GantryAngle: gantry,
  BeamLimitingDeviceAngle: collimator,
  PatientSupportAngle: couch,
  NumberOfBlocks: 0,
});

/** The slope is a decimal string's value, so that readers compute alike. */
function quantize(data: Float32Array, refusal: () => IsocenterError): { words: Uint16Array; slope: number } {
  let most = 0;
  for (const value of data) {
    if (!Number.isFinite(value)) throw refusal();
    if (value > most) most = value;
  }
  const slope = Number(formatDecimal(most === 0 ? 1 : (most / TOP) * (1 + 1e-9)));
  const words = new Uint16Array(data.length);
  for (let n = 0; n < data.length; n++) words[n] = Math.max(0, Math.min(TOP, Math.round(data[n] / slope)));
  return { words, slope };
}
