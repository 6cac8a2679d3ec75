import { expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { RT_ION_PLAN, RT_PLAN } from '#shared/dicom/uid.ts';
import type { Plan } from '#shared/model/plan.ts';
import { objectContext } from '#test/builders/context.ts';

const point = (index: number, more: DataSetInput = {}): DataSetInput => ({
  ControlPointIndex: index,
  CumulativeMetersetWeight: index,
  ...(index > 0
    ? {}
    : {
        NominalBeamEnergy: 6,
        GantryAngle: 10,
        GantryRotationDirection: 'NONE',
        BeamLimitingDeviceAngle: 0,
        PatientSupportAngle: 0,
        IsocenterPosition: [1, 2, 3],
      }),
  ReferencedDoseReferenceSequence: [{ ReferencedDoseReferenceNumber: 7, CumulativeDoseReferenceCoefficient: index }],
  ...more,
});

const beamItem = (number: number, more: DataSetInput = {}): DataSetInput => ({
  BeamNumber: number,
  BeamName: `Feld ${number} Müller`,
  BeamType: 'STATIC',
  RadiationType: 'PHOTON',
  PrimaryDosimeterUnit: 'MU',
  TreatmentMachineName: 'LINAC',
  SourceAxisDistance: 1000,
  BeamLimitingDeviceSequence: [{ RTBeamLimitingDeviceType: 'ASYMX', NumberOfLeafJawPairs: 1 }],
  ReferencedToleranceTableNumber: 4,
  ReferencedPatientSetupNumber: 9,
  FinalCumulativeMetersetWeight: 1,
  NumberOfControlPoints: 2,
  ControlPointSequence: [
    point(0, {
      BeamLimitingDevicePositionSequence: [{ RTBeamLimitingDeviceType: 'ASYMX', LeafJawPositions: [-20, 30] }],
    }),
    point(1),
  ],
  ...more,
});

const groupOf = (number: number, beams: readonly number[]): DataSetInput => ({
  FractionGroupNumber: number,
  NumberOfFractionsPlanned: 10 * number,
  FractionPattern: '0111110',
  NumberOfBeams: beams.length,
  NumberOfBrachyApplicationSetups: 0,
  ReferencedBeamSequence: beams.map((beam) => ({
    ReferencedBeamNumber: beam,
    BeamMeterset: 100 + beam,
    BeamDoseSpecificationPoint: [1, 2, 3],
  })),
  ReferencedDoseReferenceSequence: [{ ReferencedDoseReferenceNumber: 7 }],
});

const original = (more: DataSetInput = {}): Uint8Array =>
  writePart10({
    SOPClassUID: RT_PLAN,
    SOPInstanceUID: '1.2.3.4',
    Modality: 'RTPLAN',
    RTPlanLabel: 'Theirs',
    ReferencedStructureSetSequence: [{ ReferencedSOPClassUID: '1.2', ReferencedSOPInstanceUID: '1.2.9' }],
    PatientSetupSequence: [{ PatientSetupNumber: 9, PatientPosition: 'HFS', SetupTechnique: 'ISOCENTRIC', TableTopVerticalSetupDisplacement: -12.5 }],
    ToleranceTableSequence: [{ ToleranceTableNumber: 4, ToleranceTableLabel: 'T1', GantryAngleTolerance: 0.5 }],
    DoseReferenceSequence: [
      { DoseReferenceNumber: 3, DoseReferenceStructureType: 'COORDINATES', DoseReferenceType: 'TARGET', DoseReferencePointCoordinates: [5, 6, 7] },
      { DoseReferenceNumber: 7, DoseReferenceStructureType: 'VOLUME', DoseReferenceType: 'TARGET', DoseReferenceDescription: 'PTV', ReferencedROINumber: 2, TargetPrescriptionDose: 50 },
    ],
    FractionGroupSequence: [groupOf(1, [1, 2]), groupOf(2, [3])],
    BeamSequence: [beamItem(1), beamItem(2), beamItem(3)],
    ApprovalStatus: 'APPROVED',
    ReviewerName: 'Someone',
    ...more,
  }); // biome-ignore format: one attribute a line

function rewritten(bytes: Uint8Array, change: (plan: Plan) => Plan) {
  const context = objectContext('RTPLAN');
  const plan = change({ ...readPlan(bytes), sopInstanceUid: context.sopInstanceUid });
  return readPart10(writePlan(plan, context, { predecessor: bytes })).dataset;
}

const turned = (plan: Plan): Plan => ({
  ...plan,
  beams: plan.beams.map((beam) =>
    beam.number === 2 ? { ...beam, controlPoints: beam.controlPoints.map((p) => ({ ...p, gantry: 45 })) } : beam,
  ),
});

test('a beam that is turned is written anew under its set-up and tolerances; the others are as they were', () => {
  const written = rewritten(original(), turned);
  const [first, second, third] = written.sequence('BeamSequence');
  expect(written.sequence('BeamSequence').map((item) => item.number('BeamNumber'))).toEqual([1, 2, 3]);
  expect(second.sequence('ControlPointSequence')[0].number('GantryAngle')).toBe(45);
  expect(second.number('ReferencedToleranceTableNumber')).toBe(4);
  expect(second.number('ReferencedPatientSetupNumber')).toBe(9);
  // Dose coefficients of a beam hold for its former shape only.
  expect(second.sequence('ControlPointSequence')[0].has('ReferencedDoseReferenceSequence')).toBe(false);
  for (const item of [first, third])
    expect(item.sequence('ControlPointSequence')[1].sequence('ReferencedDoseReferenceSequence')).toHaveLength(1);
  expect(first.string('BeamName')).toBe('Feld 1 Müller');
  expect(written.sequence('ToleranceTableSequence')[0].number('GantryAngleTolerance')).toBe(0.5);
  expect(written.sequence('PatientSetupSequence')[0].number('TableTopVerticalSetupDisplacement')).toBe(-12.5);
  expect(written.sequence('FractionGroupSequence').map((group) => group.number('NumberOfFractionsPlanned'))).toEqual([
    10, 20,
  ]);
  expect(written.string('ApprovalStatus')).toBe('UNAPPROVED');
  expect(written.has('ReviewerName')).toBe(false);
  expect(written.sequence('ReferencedRTPlanSequence')[0].string('ReferencedSOPInstanceUID')).toBe('1.2.3.4');
});

test('monitor units belong to the fraction group: with others the beam itself stays as it was', () => {
  const written = rewritten(original(), (plan) => ({
    ...plan,
    beams: plan.beams.map((beam) => (beam.number === 1 ? { ...beam, meterset: 55 } : beam)),
  }));
  const [changed, kept] = written.sequence('FractionGroupSequence')[0].sequence('ReferencedBeamSequence');
  expect(changed.number('BeamMeterset')).toBe(55);
  expect(changed.has('BeamDoseSpecificationPoint')).toBe(false);
  expect(kept.numbers('BeamDoseSpecificationPoint')).toEqual([1, 2, 3]);
  expect(
    written.sequence('BeamSequence')[0].sequence('ControlPointSequence')[0].has('ReferencedDoseReferenceSequence'),
  ).toBe(true);
});

test('another prescription takes the place of the target it was read from, under its number', () => {
  const written = rewritten(original(), (plan) => ({
    ...plan,
    ...(plan.prescription && { prescription: { ...plan.prescription, dose: 60 } }),
  }));
  const items = written.sequence('DoseReferenceSequence');
  expect(items.map((item) => [item.number('DoseReferenceNumber'), item.number('TargetPrescriptionDose')])).toEqual([
    [7, 60],
    [3, undefined],
  ]);
  const [group] = written.sequence('FractionGroupSequence');
  expect(group.sequence('ReferencedDoseReferenceSequence')[0].number('ReferencedDoseReferenceNumber')).toBe(7);
});

test('a second fraction group is read, changed and written beside the first', () => {
  const bytes = original();
  const context = objectContext('RTPLAN');
  const read = readPlan(bytes, 'theirs', { fractionGroup: 2 });
  expect(read.beams.map(({ number }) => number)).toEqual([3]);
  const plan = { ...read, sopInstanceUid: context.sopInstanceUid, fractions: 21 };
  const written = readPart10(writePlan(plan, context, { predecessor: bytes })).dataset;
  expect(written.sequence('FractionGroupSequence').map((group) => group.number('NumberOfFractionsPlanned'))).toEqual([
    10, 21,
  ]);
  expect(written.sequence('BeamSequence')).toHaveLength(3);
});

test.each<[string, (plan: Plan) => Plan, DataSetInput, string]>([
  ['under the number of another group’s', (plan) => ({ ...plan, beams: [{ ...plan.beams[0], number: 3 }] }), {}, 'CONFLICT'],
  [
    'that held more than its record',
    turned,
    { BeamSequence: [beamItem(1), beamItem(2, { ControlPointSequence: [point(0, { GantryPitchAngle: 5 }), point(1)] }), beamItem(3)] },
    'UNSUPPORTED_OBJECT',
  ],
])('a changed beam %s is not written', (_, change, more, code) => {
  expect(() => rewritten(original(more), change)).toThrow(expect.objectContaining({ code }));
}); // biome-ignore format: a table

test('a beam that holds more than its record is written again while nobody changes it', () => {
  const pitched = {
    BeamSequence: [
      beamItem(1),
      beamItem(2, { ControlPointSequence: [point(0, { GantryPitchAngle: 5 }), point(1)] }),
      beamItem(3),
    ],
  };
  const written = rewritten(original(pitched), (plan) => plan);
  expect(written.sequence('BeamSequence')[1].sequence('ControlPointSequence')[0].number('GantryPitchAngle')).toBe(5);
});

const ionPlan = (): Uint8Array =>
  original({
    SOPClassUID: RT_ION_PLAN,
    BeamSequence: undefined,
    FractionGroupSequence: [groupOf(1, [1])],
    IonBeamSequence: [
      beamItem(1, {
        RadiationType: 'PROTON',
        SourceAxisDistance: undefined,
        VirtualSourceAxisDistances: [2000, 2500],
        ScanMode: 'MODULATED',
        RangeShifterSequence: [{ RangeShifterNumber: 1, RangeShifterID: 'RS 57' }],
        ControlPointSequence: undefined,
        IonControlPointSequence: [
          point(0, { NominalBeamEnergy: 120, ScanSpotPositionMap: [1, 2, 3, 4], ScanSpotMetersetWeights: [5, 6] }),
          point(1, { NominalBeamEnergy: 100, ScanSpotPositionMap: [1, 2, 3, 4], ScanSpotMetersetWeights: [0, 0] }),
        ],
      }),
    ],
  });

test('an ion plan is read as what it is and written with its spots, renamed but not changed', () => {
  const plan = readPlan(ionPlan());
  expect(plan.ion).toBe(true);
  expect(plan.beams[0].ion).toEqual({
    scanMode: 'MODULATED',
    layers: 2,
    spots: 2,
    energies: [100, 120],
    devices: ['range shifter RS 57'],
  });
  const written = rewritten(ionPlan(), (read) => ({ ...read, label: 'Ours' }));
  expect(written.string('SOPClassUID')).toBe(RT_ION_PLAN);
  expect(written.string('RTPlanLabel')).toBe('Ours');
  const [first] = written.sequence('IonBeamSequence')[0].sequence('IonControlPointSequence');
  expect(first.numbers('ScanSpotMetersetWeights')).toEqual([5, 6]);
  expect(() => rewritten(ionPlan(), (read) => ({ ...read, beams: [{ ...read.beams[0], name: 'other' }] }))).toThrow(
    /ion beams are not edited/,
  );
  const context = objectContext('RTPLAN');
  expect(() => writePlan({ ...plan, sopInstanceUid: context.sopInstanceUid }, context)).toThrow(/spots/);
});

test('a beam on another machine keeps nothing of the machine it was on', () => {
  const bytes = original({
    BeamSequence: [beamItem(1), beamItem(2, { DeviceSerialNumber: 'SN-A', HighDoseTechniqueType: 'SRS' }), beamItem(3)],
  });
  const moved = rewritten(bytes, (plan) => ({
    ...plan,
    beams: plan.beams.map((beam) => (beam.number === 2 ? { ...beam, machine: 'OTHER' } : beam)),
  })).sequence('BeamSequence')[1];
  expect(moved.string('TreatmentMachineName')).toBe('OTHER');
  expect(
    ['DeviceSerialNumber', 'HighDoseTechniqueType', 'ReferencedToleranceTableNumber'].filter((name) => moved.has(name)),
  ).toEqual([]);
});

test('a treatment beam in no fraction group is told of, and stays in none', () => {
  const bytes = original({ FractionGroupSequence: [groupOf(1, [1, 2])] });
  expect(readPlan(bytes).omitted?.join()).toContain('in no fraction group, which nobody delivers: 3');
  const [group] = rewritten(bytes, (plan) => plan).sequence('FractionGroupSequence');
  expect(group.sequence('ReferencedBeamSequence').map((item) => item.number('ReferencedBeamNumber'))).toEqual([1, 2]);
});

test('a plan whose fraction groups share beams is not whole in one of them', () => {
  expect(
    readPlan(original({ FractionGroupSequence: [groupOf(1, [1, 2, 3]), groupOf(2, [1, 2, 3])] })).omitted?.join(),
  ).toContain('other fraction groups give the same beams again');
});

test('an organ’s dose reference that became no goal stays under its number, and no other takes it', () => {
  const cord = {
    DoseReferenceNumber: 10,
    DoseReferenceStructureType: 'VOLUME',
    DoseReferenceType: 'ORGAN_AT_RISK',
    DoseReferenceDescription: 'Cord',
    OrganAtRiskMaximumDose: 45,
  };
  const target = {
    DoseReferenceNumber: 7,
    DoseReferenceStructureType: 'VOLUME',
    DoseReferenceType: 'TARGET',
    DoseReferenceDescription: 'PTV',
    ReferencedROINumber: 2,
    TargetPrescriptionDose: 50,
  };
  const written = rewritten(original({ DoseReferenceSequence: [target, cord] }), (plan) => ({
    ...plan,
    ...(plan.prescription && { prescription: { ...plan.prescription, dose: 60 } }),
  }));
  expect(
    written
      .sequence('DoseReferenceSequence')
      .map((item) => [item.number('DoseReferenceNumber'), item.string('DoseReferenceDescription')]),
  ).toEqual([
    [7, 'PTV'],
    [10, 'Cord'],
  ]);
});

test('on another structure set nothing is written that names structures of the former by number', () => {
  const second = {
    DoseReferenceNumber: 9,
    DoseReferenceStructureType: 'VOLUME',
    DoseReferenceType: 'TARGET',
    DoseReferenceDescription: 'PTV56',
    ReferencedROINumber: 3,
    TargetPrescriptionDose: 56,
  };
  const first = {
    ...second,
    DoseReferenceNumber: 7,
    DoseReferenceDescription: 'PTV',
    ReferencedROINumber: 2,
    TargetPrescriptionDose: 50,
  };
  const context = objectContext('RTPLAN');
  const write = (items: DataSetInput[]): Uint8Array => {
    const bytes = original({ DoseReferenceSequence: items });
    const { prescription, ...read } = readPlan(bytes);
    const plan = {
      ...read,
      sopInstanceUid: context.sopInstanceUid,
      structureSetUid: '9.9',
      ...(prescription && { prescription: { ...prescription, targetRoiNumber: 5 } }),
    };
    return writePlan(plan, context, { predecessor: bytes, onOtherStructures: true });
  };
  expect(() => write([first, second])).toThrow(/PTV56 is about a structure of another structure set/);
  expect(readPlan(write([first])).prescription?.targetRoiNumber).toBe(5);
});

test('a fraction group keeps its number, be it the only one', () => {
  const bytes = original({ FractionGroupSequence: [groupOf(4, [1, 2, 3])] });
  expect(readPlan(bytes).fractionGroup).toBe(4);
  expect(
    rewritten(bytes, (plan) => plan)
      .sequence('FractionGroupSequence')[0]
      .number('FractionGroupNumber'),
  ).toBe(4);
});

test('text in another character set becomes UTF-8 with the rest', () => {
  // The same bytes under another name of their character set: two letters for each that is not ASCII.
  const latin = Uint8Array.from(original());
  const at = Buffer.from(latin).indexOf('ISO_IR 192');
  latin.set(Buffer.from('ISO_IR 100'), at);
  expect(readPlan(latin).beams[0].name).toBe('Feld 1 MÃ¼ller');
  const written = rewritten(latin, (plan) => plan);
  expect(written.string('SpecificCharacterSet')).toBe('ISO_IR 192');
  expect(written.sequence('BeamSequence')[0].string('BeamName')).toBe('Feld 1 MÃ¼ller');
});
