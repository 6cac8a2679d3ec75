import type { DataSet } from '../codec/dataset.ts';
import {
  CT_IMAGE,
  MR_IMAGE,
  PET_IMAGE,
  RT_DOSE,
  RT_IMAGE,
  RT_PLAN,
  RT_STRUCTURE_SET,
  SPATIAL_REGISTRATION,
  DEFORMABLE_SPATIAL_REGISTRATION,
} from '../uid.ts';
import type { Report } from './validateValues.ts';

/** Required attributes of one data set (`''`) or of every item of a sequence (path of keywords with dots). */
interface Requirement {
  readonly path: string;
  /** Type 1: present with a value. */
  readonly one?: string;
  /** Type 2: present, maybe empty. */
  readonly two?: string;
}

/** Patient, General Study, General Series, General Equipment, SOP Common: PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1. */
const COMMON: readonly Requirement[] = [
  {
    path: '',
    one: 'SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID Modality',
    two: 'PatientName PatientID PatientBirthDate PatientSex StudyDate StudyTime StudyID AccessionNumber ReferringPhysicianName SeriesNumber Manufacturer',
  },
];

/** Frame of Reference, Image Plane and Image Pixel: PS3.3 C.7.4.1, C.7.6.2, C.7.6.3. */
const IMAGE: readonly Requirement[] = [
  {
    path: '',
    one: 'FrameOfReferenceUID ImageType PixelSpacing ImageOrientationPatient ImagePositionPatient SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation PixelData',
    two: 'PositionReferenceIndicator InstanceNumber SliceThickness',
  },
];

const REQUIREMENTS: Readonly<Record<string, readonly Requirement[]>> = {
  // C.8.2.1
  [CT_IMAGE]: [...IMAGE, { path: '', one: 'RescaleIntercept RescaleSlope', two: 'KVP AcquisitionNumber' }],
  // C.8.3.1
  [MR_IMAGE]: [
    ...IMAGE,
    {
      path: '',
      one: 'ScanningSequence SequenceVariant',
      two: 'ScanOptions MRAcquisitionType EchoTime EchoTrainLength',
    },
  ],
  // C.7.6.1, C.7.6.3, C.8.8.2
  [RT_IMAGE]: [
    {
      path: '',
      one: 'ImageType SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation PixelData RTImageLabel RTImagePlane',
      two: 'InstanceNumber OperatorsName ConversionType XRayImageReceptorAngle ImagePlanePixelSpacing RTImagePosition RadiationMachineName PrimaryDosimeterUnit RadiationMachineSAD RTImageSID',
    },
    { path: 'ExposureSequence', one: 'NumberOfBlocks' },
    {
      path: 'ExposureSequence.BeamLimitingDeviceSequence',
      one: 'RTBeamLimitingDeviceType NumberOfLeafJawPairs LeafJawPositions',
    },
  ],
  // C.8.9.1, C.8.9.4
  [PET_IMAGE]: [
    ...IMAGE,
    {
      path: '',
      one: 'Units SeriesType RescaleIntercept RescaleSlope FrameReferenceTime ImageIndex',
      two: 'CollimatorType',
    },
  ],
  // C.8.8.5, C.8.8.6, C.8.8.8
  [RT_STRUCTURE_SET]: [
    { path: '', one: 'StructureSetLabel', two: 'StructureSetDate StructureSetTime OperatorsName' },
    { path: 'ReferencedFrameOfReferenceSequence', one: 'FrameOfReferenceUID' },
    {
      path: 'ReferencedFrameOfReferenceSequence.RTReferencedStudySequence',
      one: 'ReferencedSOPClassUID ReferencedSOPInstanceUID RTReferencedSeriesSequence',
    },
    {
      path: 'ReferencedFrameOfReferenceSequence.RTReferencedStudySequence.RTReferencedSeriesSequence',
      one: 'SeriesInstanceUID ContourImageSequence',
    },
    {
      path: 'StructureSetROISequence',
      one: 'ROINumber ReferencedFrameOfReferenceUID',
      two: 'ROIName ROIGenerationAlgorithm',
    },
    { path: 'ROIContourSequence', one: 'ReferencedROINumber' },
    { path: 'ROIContourSequence.ContourSequence', one: 'ContourGeometricType NumberOfContourPoints ContourData' },
    {
      path: 'RTROIObservationsSequence',
      one: 'ObservationNumber ReferencedROINumber',
      two: 'RTROIInterpretedType ROIInterpreter',
    },
  ],
  // C.8.8.9 – C.8.8.14
  [RT_PLAN]: [
    { path: '', one: 'RTPlanLabel RTPlanGeometry', two: 'RTPlanDate RTPlanTime OperatorsName' },
    { path: 'DoseReferenceSequence', one: 'DoseReferenceNumber DoseReferenceStructureType DoseReferenceType' },
    { path: 'PatientSetupSequence', one: 'PatientSetupNumber' },
    {
      path: 'FractionGroupSequence',
      one: 'FractionGroupNumber NumberOfBeams NumberOfBrachyApplicationSetups',
      two: 'NumberOfFractionsPlanned',
    },
    { path: 'FractionGroupSequence.ReferencedBeamSequence', one: 'ReferencedBeamNumber' },
    {
      path: 'BeamSequence',
      one: 'BeamNumber BeamType BeamLimitingDeviceSequence NumberOfWedges NumberOfCompensators NumberOfBoli NumberOfBlocks NumberOfControlPoints ControlPointSequence',
      two: 'RadiationType TreatmentMachineName',
    },
    { path: 'BeamSequence.BeamLimitingDeviceSequence', one: 'RTBeamLimitingDeviceType NumberOfLeafJawPairs' },
    {
      path: 'BeamSequence.WedgeSequence',
      one: 'WedgeNumber',
      two: 'WedgeType WedgeAngle WedgeFactor WedgeOrientation',
    },
    {
      path: 'BeamSequence.CompensatorSequence',
      one: 'CompensatorNumber CompensatorRows CompensatorColumns CompensatorPixelSpacing CompensatorPosition',
      two: 'MaterialID SourceToCompensatorTrayDistance',
    },
    { path: 'BeamSequence.ReferencedBolusSequence', one: 'ReferencedROINumber' },
    {
      path: 'BeamSequence.BlockSequence',
      one: 'BlockType BlockNumber',
      two: 'SourceToBlockTrayDistance BlockDivergence MaterialID BlockNumberOfPoints BlockData',
    },
    { path: 'BeamSequence.ApplicatorSequence', one: 'ApplicatorID ApplicatorType' },
    { path: 'BeamSequence.GeneralAccessorySequence', one: 'GeneralAccessoryNumber GeneralAccessoryID' },
    { path: 'BeamSequence.ControlPointSequence', one: 'ControlPointIndex', two: 'CumulativeMetersetWeight' },
    {
      path: 'BeamSequence.ControlPointSequence.WedgePositionSequence',
      one: 'ReferencedWedgeNumber WedgePosition',
    },
    {
      path: 'BeamSequence.ControlPointSequence.BeamLimitingDevicePositionSequence',
      one: 'RTBeamLimitingDeviceType LeafJawPositions',
    },
  ],
  // C.8.8.3
  [RT_DOSE]: [
    { path: '', one: 'DoseUnits DoseType DoseSummationType', two: 'OperatorsName' },
    { path: 'ReferencedRTPlanSequence', one: 'ReferencedSOPClassUID ReferencedSOPInstanceUID' },
  ],
  // C.20.2
  [SPATIAL_REGISTRATION]: [
    {
      path: '',
      one: 'FrameOfReferenceUID ContentDate ContentTime InstanceNumber ContentLabel RegistrationSequence',
      two: 'ContentDescription ContentCreatorName',
    },
    { path: 'RegistrationSequence', one: 'MatrixRegistrationSequence' },
    {
      path: 'RegistrationSequence.MatrixRegistrationSequence',
      one: 'MatrixSequence',
      two: 'RegistrationTypeCodeSequence',
    },
    {
      path: 'RegistrationSequence.MatrixRegistrationSequence.MatrixSequence',
      one: 'FrameOfReferenceTransformationMatrix FrameOfReferenceTransformationMatrixType',
    },
  ],
  // C.20.3
  [DEFORMABLE_SPATIAL_REGISTRATION]: [
    {
      path: '',
      one: 'FrameOfReferenceUID ContentDate ContentTime InstanceNumber ContentLabel Manufacturer ManufacturerModelName DeviceSerialNumber SoftwareVersions DeformableRegistrationSequence',
      two: 'ContentDescription ContentCreatorName',
    },
    {
      path: 'DeformableRegistrationSequence',
      one: 'SourceFrameOfReferenceUID',
      two: 'RegistrationTypeCodeSequence',
    },
    {
      path: 'DeformableRegistrationSequence.DeformableRegistrationGridSequence',
      one: 'ImagePositionPatient ImageOrientationPatient GridDimensions GridResolution VectorGridData',
    },
    ...['Pre', 'Post'].map((when) => ({
      path: `DeformableRegistrationSequence.${when}DeformationMatrixRegistrationSequence`,
      one: 'FrameOfReferenceTransformationMatrix FrameOfReferenceTransformationMatrixType',
    })),
  ],
};

/** A dose with a grid needs the image modules too (C.8.8.3, C.7.6.6). */
const DOSE_GRID =
  'FrameOfReferenceUID SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation PixelSpacing ImageOrientationPatient ImagePositionPatient DoseGridScaling';

/** Whether the attributes of an IOD are known here. */
export const knowsClass = (sopClassUid: string): boolean => REQUIREMENTS[sopClassUid] !== undefined;

/** Type 1 and 2 attributes of the object's IOD, as far as they are unconditional or always apply to what we handle. */
export function checkRequired(dataset: DataSet, report: Report): void {
  const sopClass = dataset.string('SOPClassUID');
  for (const requirement of [...COMMON, ...(REQUIREMENTS[sopClass] ?? [])])
    for (const item of itemsAt(dataset, requirement.path === '' ? [] : requirement.path.split('.')))
      require(item, requirement, report);
  if (sopClass === RT_DOSE && dataset.has('PixelData')) require(dataset, { path: '', one: DOSE_GRID }, report);
}

function itemsAt(dataset: DataSet, path: readonly string[]): readonly DataSet[] {
  if (path.length === 0) return [dataset];
  const element = dataset.element(path[0]);
  return (element?.items ?? []).flatMap((item) => itemsAt(item, path.slice(1)));
}

function require(dataset: DataSet, requirement: Requirement, report: Report): void {
  const place = dataset.path === '' ? '' : `${dataset.path}.`;
  for (const attribute of requirement.one?.split(' ') ?? [])
    if (!dataset.has(attribute)) report.errors.push(`${place}${attribute}: type 1 attribute is absent or empty`);
  for (const attribute of requirement.two?.split(' ') ?? [])
    if (dataset.element(attribute) === undefined)
      report.errors.push(`${place}${attribute}: type 2 attribute is absent`);
}
