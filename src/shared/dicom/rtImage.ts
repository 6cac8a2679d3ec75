import type { Vec3 } from '../geometry/vec.ts';
import type { LimitingDeviceType } from '../model/plan.ts';
import type { PixelIntensity, RtImage, RtImageAngles, RtImageDevice, RtImageExposure } from '../model/rtImage.ts';
import type { DataSet } from './codec/dataset.ts';
import { openObject } from './modules.ts';
import { decodePixels } from './pixels/pixels.ts';
import { RT_IMAGE } from './uid.ts';

const DEVICE_TYPES: readonly string[] = ['X', 'Y', 'ASYMX', 'ASYMY', 'MLCX', 'MLCY', 'MLCX1', 'MLCX2'];

/**
 * Reads an RT Image (PS3.3 A.17): portal images of any maker, DRRs, ours and others'. What an object leaves out stays undefined; what it
 * states against itself is warned about. Of several frames the first is read, which a warning says.
 * Throws UNSUPPORTED_OBJECT, MISSING_ATTRIBUTE, INVALID_ATTRIBUTE, TRUNCATED and what decoding pixels throws.
 */
export async function readRtImage(bytes: Uint8Array, name = 'RT Image'): Promise<RtImage> {
  const file = openObject(bytes, name, RT_IMAGE);
  const { dataset } = file;
  const warnings = [...file.warnings];
  const size = [dataset.needNumber('Columns'), dataset.needNumber('Rows')] as const;
  const frames = dataset.number('NumberOfFrames') ?? 1;
  if (frames > 1) warnings.push(`the image has ${frames} frames; the first is shown`);
  const words = (await decodePixels(file)).subarray(0, size[0] * size[1]);
  const [slope, intercept] = [dataset.number('RescaleSlope') ?? 1, dataset.number('RescaleIntercept') ?? 0];
  const data = new Float32Array(words.length);
  for (let n = 0; n < data.length; n++) data[n] = words[n] * slope + intercept;
  const spacing = pair(dataset, 'ImagePlanePixelSpacing');
  const plane = dataset.string('RTImagePlane');
  const orientation = dataset.has('RTImageOrientation') ? dataset.needNumbers('RTImageOrientation', 6) : undefined;
  if (plane === 'NON_NORMAL' && orientation === undefined)
    warnings.push('the image plane is tilted, but the image does not say how');
  const [plan, ...others] = dataset.sequence('ReferencedRTPlanSequence');
  if (others.length > 0) warnings.push(`the image names ${others.length + 1} plans; the first is taken`);
  const label = dataset.string('RTImageLabel');
  return {
    sopInstanceUid: dataset.needString('SOPInstanceUID'),
    label,
    ...text('name', dataset.string('RTImageName')),
    ...text('description', dataset.string('RTImageDescription')),
    imageType: dataset.strings('ImageType'),
    plane: plane === 'NORMAL' || plane === 'NON_NORMAL' ? plane : '',
    size,
    // Rows come first in the attribute.
    ...(spacing === undefined ? {} : { spacing: [spacing[1], spacing[0]] }),
    ...some('firstPixel', pair(dataset, 'RTImagePosition')),
    ...some('receptorAngle', dataset.number('XRayImageReceptorAngle')),
    ...some('receptorTranslation', triple(dataset, 'XRayImageReceptorTranslation')),
    ...some('orientation', orientation),
    ...some('sad', dataset.number('RadiationMachineSAD')),
    ...some('sid', dataset.number('RTImageSID')),
    machine: dataset.string('RadiationMachineName'),
    ...anglesOf(dataset),
    ...some('isocenter', triple(dataset, 'IsocenterPosition')),
    patientPosition: dataset.string('PatientPosition'),
    frameOfReferenceUid: dataset.string('FrameOfReferenceUID'),
    reportedValuesOrigin: dataset.string('ReportedValuesOrigin'),
    ...text('planUid', plan?.string('ReferencedSOPInstanceUID') ?? ''),
    ...some('beamNumber', dataset.number('ReferencedBeamNumber')),
    ...some('fractionGroup', otherThanOne(dataset.number('ReferencedFractionGroupNumber'))),
    exposures: dataset.sequence('ExposureSequence').map((item) => exposureOf(item, warnings)),
    data,
    unit: dataset.string('RescaleType'),
    ...some('intensity', intensityOf(dataset)),
    ...some('window', windowOf(dataset)),
    warnings,
  };
}

const otherThanOne = (group: number | undefined): number | undefined => (group === 1 ? undefined : group);

type Named<Name extends string, Value> = { readonly [Key in Name]?: Value };

const some = <Name extends string, Value>(name: Name, value: Value | undefined): Named<Name, Value> =>
  (value === undefined ? {} : { [name]: value }) as Named<Name, Value>;

const text = <Name extends string>(name: Name, value: string): Named<Name, string> =>
  some(name, value === '' ? undefined : value);

function pair(dataset: DataSet, attribute: string): readonly [number, number] | undefined {
  if (!dataset.has(attribute)) return undefined;
  const [first, second] = dataset.needNumbers(attribute, 2);
  return [first, second];
}

function triple(dataset: DataSet, attribute: string): Vec3 | undefined {
  if (!dataset.has(attribute)) return undefined;
  const [x, y, z] = dataset.needNumbers(attribute, 3);
  return [x, y, z];
}

const anglesOf = (dataset: DataSet): RtImageAngles => ({
  ...some('gantry', dataset.number('GantryAngle')),
  ...some('collimator', dataset.number('BeamLimitingDeviceAngle')),
  ...some('couch', dataset.number('PatientSupportAngle')),
});

function exposureOf(item: DataSet, warnings: string[]): RtImageExposure {
  const devices: RtImageDevice[] = [];
  for (const device of item.sequence('BeamLimitingDeviceSequence')) {
    const type = device.needString('RTBeamLimitingDeviceType');
    const positions = device.numbers('LeafJawPositions');
    const pairs = device.needNumber('NumberOfLeafJawPairs');
    if (!DEVICE_TYPES.includes(type)) warnings.push(`a beam-limiting device of unknown type ${type} is left away`);
    else if (positions.length !== 2 * pairs)
      warnings.push(`${positions.length} positions of ${type} for ${pairs} pairs: left away`);
    else
      devices.push({
        type: type as LimitingDeviceType,
        pairs,
        ...some('sourceDistance', device.number('SourceToBeamLimitingDeviceDistance')),
        ...(device.has('LeafPositionBoundaries') ? { leafBoundaries: device.numbers('LeafPositionBoundaries') } : {}),
        positions,
      });
  }
  return {
    ...some('kvp', item.number('KVP')),
    ...some('meterset', item.number('MetersetExposure')),
    ...anglesOf(item),
    devices,
  };
}

function intensityOf(dataset: DataSet): PixelIntensity | undefined {
  const [relationship, sign] = [
    dataset.string('PixelIntensityRelationship'),
    dataset.number('PixelIntensityRelationshipSign'),
  ];
  return relationship === '' || (sign !== 1 && sign !== -1) ? undefined : { relationship, sign };
}

function windowOf(dataset: DataSet): RtImage['window'] {
  const [center, width] = [dataset.number('WindowCenter'), dataset.number('WindowWidth')];
  return center === undefined || width === undefined || width <= 0 ? undefined : { center, width };
}
