import { expect, test } from 'vitest';
import { readHeader } from '#shared/dicom/header.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { IMPLICIT_LITTLE_ENDIAN, RT_ION_PLAN, RT_PLAN } from '#shared/dicom/uid.ts';
import type { Plan } from '#shared/model/plan.ts';
import { instanceUid, objectContext } from '#test/builders/context.ts';
import { beam, plan } from '#test/builders/plan.ts';

const context = objectContext('RTPLAN');

test.each([1, 2, 3, 4])('a plan is read back exactly, every control point (seed %i)', (seed) => {
  const written = plan(seed);
  const read = readPlan(writePlan(written, objectContext('RTPLAN', seed)));
  expect(read).toEqual({ ...written, description: 'NOT VALIDATED FOR CLINICAL USE' });
});

test('also after an archive rewrote it in implicit VR', () => {
  const bytes = writePlan(plan(), context);
  expect(readPlan(writePart10(readPart10(bytes).dataset, IMPLICIT_LITTLE_ENDIAN))).toEqual(readPlan(bytes));
});

test('control points after the first hold only what changes', () => {
  const arc = readPart10(writePlan(plan(), context))
    .dataset.sequence('BeamSequence')[2]
    .sequence('ControlPointSequence');
  expect(arc[0].has('IsocenterPosition') && arc[0].has('GantryAngle')).toBe(true);
  expect(arc[1].has('GantryAngle')).toBe(true);
  expect(arc.slice(1).some((point) => point.has('IsocenterPosition') || point.has('NominalBeamEnergy'))).toBe(false);
  // The jaws of the arc stand still: only the leaves are repeated.
  expect(
    arc[1].sequence('BeamLimitingDevicePositionSequence').map((item) => item.string('RTBeamLimitingDeviceType')),
  ).toEqual(['MLCX']);
});

test('it names its structure set and predecessor, and is unapproved whatever the record says', () => {
  const header = readHeader(writePlan(plan(1, { approval: 'APPROVED' }), context, { predecessorUid: '1.2.3.4' }));
  expect(header.references.structureSets).toEqual([instanceUid('RTSTRUCT')]);
  expect(header.references.plans).toEqual(['1.2.3.4']);
  expect(header.approvalStatus).toBe('UNAPPROVED');
  expect(header.label).toBe('Test plan');
});

test('set-up beams are written and read but get no meterset', () => {
  const { meterset: _, beamDose: __, ...setup } = beam(9);
  const written = plan(1, { beams: [beam(1), { ...setup, deliveryType: 'SETUP' }] });
  const bytes = writePlan(written, context);
  expect(readPart10(bytes).dataset.sequence('FractionGroupSequence')[0].number('NumberOfBeams')).toBe(1);
  expect(readPlan(bytes).beams).toEqual(written.beams);
});

test.each<[string, Partial<Plan>, string, string]>([
  ['another UID', { sopInstanceUid: '1.2.3' }, 'CONFLICT', 'SOPInstanceUID'],
  ['no structure set', { structureSetUid: '' }, 'REFERENCE', 'ReferencedStructureSetSequence'],
  ['no fractions', { fractions: 0 }, 'MISSING_ATTRIBUTE', 'NumberOfFractionsPlanned'],
  [
    'one control point',
    { beams: [{ ...beam(1), controlPoints: beam(1).controlPoints.slice(0, 1) }] },
    'INVALID_ATTRIBUTE',
    'ControlPointSequence',
  ],
  [
    'a final weight never reached',
    { beams: [{ ...beam(1), finalMetersetWeight: 2 }] },
    'INVALID_ATTRIBUTE',
    'FinalCumulativeMetersetWeight',
  ],
  [
    'falling weights',
    { beams: [{ ...beam(3, 1, 5), controlPoints: beam(3, 1, 5).controlPoints.toReversed() }] },
    'INVALID_ATTRIBUTE',
    'CumulativeMetersetWeight',
  ],
  [
    'a leaf too few',
    {
      beams: [
        {
          ...beam(1),
          devices: beam(1).devices.map((device) => ({ ...device, pairs: device.type === 'MLCX' ? 11 : 1 })),
        },
      ],
    },
    'INVALID_ATTRIBUTE',
    'LeafJawPositions',
  ],
  [
    'an angle that is not a number',
    { beams: [{ ...beam(1), sourceAxisDistance: Number.NaN }] },
    'INVALID_ATTRIBUTE',
    'SourceAxisDistance',
  ],
])('%s is refused in writing', (_, overrides, code, attribute) => {
  expect(() => writePlan(plan(1, overrides), context)).toThrow(expect.objectContaining({ code, attribute }));
});

const firstPoint: DataSetInput = {
  ControlPointIndex: 0,
  NominalBeamEnergy: 6,
  GantryAngle: 10,
  GantryRotationDirection: 'NONE',
  BeamLimitingDeviceAngle: 0,
  PatientSupportAngle: 0,
  IsocenterPosition: [1, 2, 3],
  CumulativeMetersetWeight: 0,
  BeamLimitingDevicePositionSequence: [
    { RTBeamLimitingDeviceType: 'MLCX1', LeafJawPositions: [-1, -2, 1, 2] },
    { RTBeamLimitingDeviceType: 'MLCX2', LeafJawPositions: [-3, 3] },
  ],
};

const foreignBeam = (number: number, more: DataSetInput = {}): DataSetInput => ({
  BeamNumber: number,
  BeamType: 'STATIC',
  RadiationType: 'PHOTON',
  PrimaryDosimeterUnit: 'MU',
  SourceAxisDistance: 1000,
  BeamLimitingDeviceSequence: [
    { RTBeamLimitingDeviceType: 'MLCX1', NumberOfLeafJawPairs: 2, LeafPositionBoundaries: [-10, 0, 10] },
    { RTBeamLimitingDeviceType: 'MLCX2', NumberOfLeafJawPairs: 1, LeafPositionBoundaries: [-5, 5] },
  ],
  FinalCumulativeMetersetWeight: 1,
  NumberOfControlPoints: 2,
  ControlPointSequence: [
    firstPoint,
    {
      ControlPointIndex: 1,
      CumulativeMetersetWeight: 1,
      BeamLimitingDevicePositionSequence: [{ RTBeamLimitingDeviceType: 'MLCX2', LeafJawPositions: [-4, 4] }],
    },
  ],
  ...more,
});

const group = (number: number, fractions: number, beams: number[], more: DataSetInput = {}): DataSetInput => ({
  FractionGroupNumber: number,
  NumberOfFractionsPlanned: fractions,
  NumberOfBeams: beams.length,
  NumberOfBrachyApplicationSetups: 0,
  ReferencedBeamSequence: beams.map((beamNumber) => ({
    ReferencedBeamNumber: beamNumber,
    BeamMeterset: 100 + beamNumber,
  })),
  ...more,
});

function foreign(more: DataSetInput = {}): Uint8Array {
  return writePart10({
    SOPClassUID: RT_PLAN,
    SOPInstanceUID: '1.2.3',
    Modality: 'RTPLAN',
    FractionGroupSequence: [group(1, 5, [1])],
    BeamSequence: [foreignBeam(1)],
    ...more,
  });
}

test('a control point holds what the one before it said, device by device', () => {
  const [first, second] = readPlan(foreign()).beams[0].controlPoints;
  expect(second).toEqual({ ...first, metersetWeight: 1, positions: { MLCX1: [-1, -2, 1, 2], MLCX2: [-4, 4] } });
});

test('of several fraction groups one is read, with its beams and prescription, and the rest is said', () => {
  const bytes = foreign({
    DoseReferenceSequence: [10, 20].map((dose, index) => ({
      DoseReferenceNumber: index + 1,
      DoseReferenceType: 'TARGET',
      DoseReferenceStructureType: 'VOLUME',
      TargetPrescriptionDose: dose,
    })),
    FractionGroupSequence: [
      group(1, 5, [1], { ReferencedDoseReferenceSequence: [{ ReferencedDoseReferenceNumber: 1 }] }),
      group(2, 7, [2], { ReferencedDoseReferenceSequence: [{ ReferencedDoseReferenceNumber: 2 }] }),
    ],
    BeamSequence: [foreignBeam(1), foreignBeam(2), foreignBeam(3)],
  });
  const summary = (chosen: Plan): unknown => [
    chosen.fractions,
    chosen.prescription?.dose,
    chosen.beams.map(({ number, meterset }) => [number, meterset]),
  ];
  const first = readPlan(bytes);
  expect(summary(first)).toEqual([5, 10, [[1, 101], [3, undefined]]]); // biome-ignore format: one line
  expect(first.warnings.join()).toMatch(/2 fraction groups; group 1 is read.*left out: 2/);
  expect(summary(readPlan(bytes, 'plan', { fractionGroup: 2 }))).toEqual([7, 20, [[2, 102], [3, undefined]]]); // biome-ignore format: one line
  expect(() => readPlan(bytes, 'plan', { fractionGroup: 3 })).toThrow(
    expect.objectContaining({ code: 'INVALID_ATTRIBUTE' }),
  );
});

test.each<[string, DataSetInput, RegExp]>([
  ['minutes', { PrimaryDosimeterUnit: 'MINUTE' }, /meterset in MINUTE/],
  ['a vendor’s delivery type', { TreatmentDeliveryType: 'IMAGE_BEAM' }, /taken as SETUP/],
  [
    'an unknown device',
    { BeamLimitingDeviceSequence: [{ RTBeamLimitingDeviceType: 'IRIS', NumberOfLeafJawPairs: 1 }] },
    /device IRIS is left out/,
  ],
])('%s is said', (_, more, warning) => {
  expect(readPlan(foreign({ BeamSequence: [foreignBeam(1, more)] })).warnings.join()).toMatch(warning);
});

test.each<[string, DataSetInput]>([
  ['a bolus of no structure', { BeamSequence: [foreignBeam(1, { ReferencedBolusSequence: [{}] })] }],
  [
    'beams of another fraction group',
    { FractionGroupSequence: [group(1, 5, [1]), group(2, 7, [2])], BeamSequence: [foreignBeam(1), foreignBeam(2)] },
  ],
])('a plan with %s is not written without it', (_, more) => {
  const read = readPlan(foreign(more));
  expect(read.omitted).toHaveLength(1);
  const rewritten = { ...plan(), beams: plan().beams, omitted: read.omitted };
  expect(() => writePlan(rewritten, context)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_OBJECT' }));
});

test('a meterset in minutes is not taken for MU', () => {
  expect(
    readPlan(foreign({ BeamSequence: [foreignBeam(1, { PrimaryDosimeterUnit: 'MINUTE' })] })).beams[0].meterset,
  ).toBeUndefined();
});

test.each<[string, DataSetInput, string, string]>([
  ['an ion plan without beams', { SOPClassUID: RT_ION_PLAN }, 'UNSUPPORTED_OBJECT', 'IonBeamSequence'],
  [
    'a brachytherapy plan',
    { BeamSequence: undefined, ApplicationSetupSequence: [{}] },
    'UNSUPPORTED_OBJECT',
    'BeamSequence',
  ],
  ['a beam number used twice', { BeamSequence: [foreignBeam(1), foreignBeam(1)] }, 'INVALID_ATTRIBUTE', 'BeamNumber'],
  ['a beam that is not there', { FractionGroupSequence: [group(1, 5, [1, 4])] }, 'INVALID_ATTRIBUTE', 'BeamSequence'],
  [
    'a lost control point',
    { BeamSequence: [foreignBeam(1, { NumberOfControlPoints: 3 })] },
    'INVALID_ATTRIBUTE',
    'ControlPointSequence',
  ],
  [
    'an isocenter that is not there',
    {
      BeamSequence: [
        foreignBeam(1, { ControlPointSequence: [{ ...firstPoint, IsocenterPosition: undefined }, firstPoint] }),
      ],
    },
    'MISSING_ATTRIBUTE',
    'IsocenterPosition',
  ],
])('%s is refused in reading', (_, more, code, attribute) => {
  expect(() => readPlan(foreign(more))).toThrow(expect.objectContaining({ code, attribute }));
});

test('a vendor’s private RT Plan class is read, and said', () => {
  const read = readPlan(foreign({ SOPClassUID: '1.2.246.352.70.1.70' }));
  expect(read.beams).toHaveLength(1);
  expect(read.warnings).toContain('private SOP class 1.2.246.352.70.1.70 read as an RT Plan');
});

test('what turns the patient or gantry in ways the record does not hold, or stands in no beam, is said to be left out', () => {
  const at = (more: DataSetInput): Uint8Array =>
    foreign({
      BeamSequence: [foreignBeam(1, { ControlPointSequence: [{ ...firstPoint, ...more }], NumberOfControlPoints: 1 })],
    });
  expect(readPlan(at({ TableTopPitchAngle: 0, TableTopRollAngle: 0 })).omitted).toBeUndefined();
  for (const attribute of ['TableTopPitchAngle', 'TableTopRollAngle', 'TableTopEccentricAngle', 'GantryPitchAngle'])
    expect(readPlan(at({ [attribute]: 1.5 })).omitted?.join()).toContain(attribute);
  const strange = [{ RTBeamLimitingDeviceType: 'ASYMX', LeafJawPositions: [-50, 50] }];
  expect(readPlan(at({ BeamLimitingDevicePositionSequence: strange })).omitted?.join()).toMatch(/positions of ASYMX/);
});

test('set-ups that lay the patient differently are more than the record holds', () => {
  const setUps = (...positions: string[]): DataSetInput => ({
    PatientSetupSequence: positions.map((position, n) => ({ PatientSetupNumber: n + 1, PatientPosition: position })),
  });
  expect(readPlan(foreign(setUps('HFS', 'HFS'))).omitted).toBeUndefined();
  expect(readPlan(foreign(setUps('HFS', 'FFS'))).omitted?.join()).toMatch(/2 patient positions \(HFS, FFS\)/);
});

test('its course and what it was edited from come back, and nothing where there was nothing', () => {
  const written = writePlan(plan(1, { course: 'C2 Größe' }), context, { predecessorUid: '1.2.3.4' });
  expect(readPlan(written)).toMatchObject({ course: 'C2 Größe', predecessorUids: ['1.2.3.4'] });
  const bare = readPlan(writePlan(plan(), context));
  expect([bare.course, bare.predecessorUids]).toEqual([undefined, undefined]);
});
