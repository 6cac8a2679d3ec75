import { describe, expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { writePart10 } from '#shared/dicom/codec/part10.ts';
import { writeRegistration } from '#shared/dicom/registration/registration.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { CT_IMAGE, RT_PLAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import { validateObject } from '#shared/dicom/validation/validate.ts';
import { multiplicityAllows } from '#shared/dicom/validation/validateValues.ts';
import { everyAccessory, fitted } from '#test/builders/accessories.ts';
import { objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { imageVolume } from '#test/builders/image.ts';
import { plan } from '#test/builders/plan.ts';
import { deformation, rigidRegistration } from '#test/builders/registration.ts';
import { structureSet } from '#test/builders/structureSet.ts';

describe.each([1, 2, 3])('what we write has no error and no warning (seed %i)', (seed) => {
  const context = (kind: string): ReturnType<typeof objectContext> => objectContext(kind, seed);
  test.each<[string, Uint8Array]>([
    ['structure set', writeStructureSet(structureSet(seed), context('RTSTRUCT'))],
    ['plan', writePlan(plan(seed), context('RTPLAN'))],
    ['plan with accessories', writePlan(plan(seed, { beams: [fitted(everyAccessory)] }), context('RTPLAN'))],
    ['dose, 32 bits', writeDose(dose(seed), context('RTDOSE'))],
    ['dose, 16 bits', writeDose(dose(seed), context('RTDOSE'), { bits: 16 })],
    ['CT', writeImageSeries(imageVolume(seed), context('CT'))[0]],
    ['MR', writeImageSeries(imageVolume(seed, 'MR'), context('MR'))[0]],
    ['registration', writeRegistration(rigidRegistration(), context('REG'))],
    ['deformation', writeRegistration(deformation(seed), context('REG'))],
  ])('%s', (_, bytes) => {
    expect(validateObject(bytes)).toEqual({ errors: [], warnings: [] });
  });
});

const common: DataSetInput = {
  SOPInstanceUID: '1.2.3',
  StudyInstanceUID: '1.2.4',
  SeriesInstanceUID: '1.2.5',
  Modality: 'OT',
  PatientName: '',
  PatientID: '',
  PatientBirthDate: '',
  PatientSex: '',
  StudyDate: '',
  StudyTime: '',
  StudyID: '',
  AccessionNumber: '',
  ReferringPhysicianName: '',
  SeriesNumber: '',
  Manufacturer: '',
};
const errorsOf = (more: DataSetInput): string[] => validateObject(writePart10({ ...common, ...more })).errors;

describe('a structure set', () => {
  const set: DataSetInput = {
    SOPClassUID: RT_STRUCTURE_SET,
    StructureSetLabel: 'A',
    StructureSetDate: '',
    StructureSetTime: '',
    OperatorsName: '',
    ReferencedFrameOfReferenceSequence: [{ FrameOfReferenceUID: '1.2.6' }],
    StructureSetROISequence: [
      { ROINumber: 1, ReferencedFrameOfReferenceUID: '1.2.6', ROIName: 'A', ROIGenerationAlgorithm: '' },
    ],
    ROIContourSequence: [{ ReferencedROINumber: 1 }],
    RTROIObservationsSequence: [
      { ObservationNumber: 1, ReferencedROINumber: 1, RTROIInterpretedType: '', ROIInterpreter: '' },
    ],
  };
  const contour = {
    ContourGeometricType: 'CLOSED_PLANAR',
    NumberOfContourPoints: 3,
    ContourData: [0, 0, 0, 1, 0, 0, 0, 1, 0],
  };
  test('is right as it is', () => expect(errorsOf(set)).toEqual([]));
  test.each<[string, DataSetInput, string]>([
    ['no label', { StructureSetLabel: '' }, 'StructureSetLabel: type 1 attribute is absent or empty'],
    ['no date', { StructureSetDate: undefined }, 'StructureSetDate: type 2 attribute is absent'],
    [
      'contours of no ROI',
      { ROIContourSequence: [{ ReferencedROINumber: 2 }] },
      'ROIContourSequence[1].ReferencedROINumber: there is no 2',
    ],
    [
      'a number used twice',
      {
        StructureSetROISequence: [1, 1].map((ROINumber) => ({
          ROINumber,
          ReferencedFrameOfReferenceUID: '1.2.6',
          ROIName: 'A',
          ROIGenerationAlgorithm: '',
        })),
      },
      'StructureSetROISequence[2].ROINumber: 1 is used twice',
    ],
    [
      'a wrong count of points',
      { ROIContourSequence: [{ ReferencedROINumber: 1, ContourSequence: [{ ...contour, NumberOfContourPoints: 4 }] }] },
      'ROIContourSequence[1].ContourSequence[1].ContourData: 9 numbers for 4 points',
    ],
    [
      'an image that is not listed',
      {
        ROIContourSequence: [
          {
            ReferencedROINumber: 1,
            ContourSequence: [
              {
                ...contour,
                ContourImageSequence: [{ ReferencedSOPClassUID: CT_IMAGE, ReferencedSOPInstanceUID: '1.2.9' }],
              },
            ],
          },
        ],
      },
      "ROIContourSequence[1].ContourSequence[1].ContourImageSequence[1].ReferencedSOPInstanceUID: not among the series' contour images",
    ],
  ])('with %s is wrong', (_, more, error) => expect(errorsOf({ ...set, ...more })).toEqual([error]));
});

test('a beam whose accessories do not agree', () => {
  const errors = errorsOf({
    SOPClassUID: RT_PLAN,
    BeamSequence: [
      {
        BeamNumber: 1,
        NumberOfWedges: 2,
        WedgeSequence: [{ WedgeNumber: 1, WedgeType: '', WedgeAngle: '', WedgeFactor: '' }],
        NumberOfBlocks: 1,
        BlockSequence: [
          {
            BlockNumber: 1,
            BlockType: 'SHIELDING',
            MaterialID: 'LEAD',
            BlockNumberOfPoints: 3,
            BlockData: [0, 0, 1, 1],
          },
        ],
        ControlPointSequence: [
          { ControlPointIndex: 0, WedgePositionSequence: [{ ReferencedWedgeNumber: 4, WedgePosition: 'IN' }] },
          { ControlPointIndex: 1 },
        ],
      },
    ],
  });
  for (const error of [
    'BeamSequence[1].NumberOfWedges: 2, but there are 1',
    'BeamSequence[1].WedgeSequence[1].WedgeOrientation',
    'ReferencedWedgeNumber: there is no 4',
    'BlockData: 4 values for 3 points',
    'BlockThickness: missing',
  ])
    expect(errors.join('\n')).toContain(error);
});

test('a plan whose parts do not agree', () => {
  const point = (index: number, weight: number, more: DataSetInput = {}): DataSetInput => ({
    ControlPointIndex: index,
    CumulativeMetersetWeight: weight,
    ...more,
  });
  const beam: DataSetInput = {
    BeamNumber: 1,
    BeamType: 'STATIC',
    RadiationType: 'PHOTON',
    TreatmentMachineName: 'M',
    BeamLimitingDeviceSequence: [{ RTBeamLimitingDeviceType: 'ASYMX', NumberOfLeafJawPairs: 1 }],
    ReferencedPatientSetupNumber: 3,
    NumberOfWedges: 0,
    NumberOfCompensators: 0,
    NumberOfBoli: 0,
    NumberOfBlocks: 0,
    NumberOfControlPoints: 3,
    FinalCumulativeMetersetWeight: 2,
    ControlPointSequence: [
      point(0, 1, {
        BeamLimitingDevicePositionSequence: [{ RTBeamLimitingDeviceType: 'ASYMX', LeafJawPositions: [1, 2, 3, 4] }],
      }),
      point(2, 0.5),
    ],
  };
  const errors = errorsOf({
    SOPClassUID: RT_PLAN,
    RTPlanLabel: 'A',
    RTPlanGeometry: 'PATIENT',
    RTPlanDate: '',
    RTPlanTime: '',
    OperatorsName: '',
    PatientSetupSequence: [{ PatientSetupNumber: 1 }],
    FractionGroupSequence: [
      {
        FractionGroupNumber: 1,
        NumberOfFractionsPlanned: 1,
        NumberOfBeams: 2,
        NumberOfBrachyApplicationSetups: 0,
        ReferencedBeamSequence: [{ ReferencedBeamNumber: 7 }],
      },
    ],
    BeamSequence: [beam],
  });
  expect(errors).toEqual([
    'BeamSequence[1].ReferencedPatientSetupNumber: there is no 3',
    'FractionGroupSequence[1].ReferencedBeamSequence[1].ReferencedBeamNumber: there is no 7',
    'FractionGroupSequence[1].NumberOfBeams: 2, but 1 are referenced',
    'BeamSequence[1].NumberOfControlPoints: 3, but there are 2',
    'BeamSequence[1].ControlPointSequence[1].BeamLimitingDevicePositionSequence[1].LeafJawPositions: 4 for 1 pairs',
    'BeamSequence[1].ControlPointSequence[2].ControlPointIndex: not 1',
    'BeamSequence[1].ControlPointSequence[2].CumulativeMetersetWeight: falls from 1 to 0.5',
    'BeamSequence[1].FinalCumulativeMetersetWeight: 2, the last weight is 0.5',
  ]);
});

test('values that our writer would refuse are found in what others wrote', () => {
  const bytes = writePart10({
    ...common,
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    StudyDate: '20260102',
    Rows: 2,
    ImagePositionPatient: [1, 2],
    SeriesNumber: 12,
  });
  const edit = (from: string, to: string): void => {
    const at = Buffer.from(bytes).indexOf(from);
    expect(at).toBeGreaterThan(0);
    bytes.set(new TextEncoder().encode(to), at);
  };
  edit('20260102', '2026.1.2');
  const { errors, warnings } = validateObject(bytes);
  expect(errors).toEqual(['StudyDate: "2026.1.2" is no valid DA', 'ImagePositionPatient: 2 values where 3 is allowed']);
  expect(warnings).toEqual(['Secondary Capture Image: attributes of this class are not checked']);
});

test('what is no object gives one error and does not throw', () => {
  expect(validateObject(new TextEncoder().encode('no DICOM at all'), 'a.txt')).toEqual({
    errors: [expect.stringMatching(/^NOT_DICOM: a\.txt/)],
    warnings: [],
  });
});

test.each<[string, number[], number[]]>([
  ['1', [1], [0, 2]],
  ['1-n', [1, 9], [0]],
  ['1-3', [1, 3], [4]],
  ['2-2n', [2, 4], [1, 3]],
  ['3-3n', [3, 6], [4]],
  ['2-n', [2, 3], [1]],
  ['16', [16], [15]],
])('multiplicity %s', (vm, good, bad) => {
  expect(good.map((count) => multiplicityAllows(vm, count))).toEqual(good.map(() => true));
  expect(bad.map((count) => multiplicityAllows(vm, count))).toEqual(bad.map(() => false));
});
