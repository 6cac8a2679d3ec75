import { expect, test } from 'vitest';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { structureOfGoal } from '#shared/evaluation/goals/goalStructure.ts';
import type { GoalSheet } from '#shared/model/goals.ts';
import type { Roi } from '#shared/model/structures.ts';
import { objectContext } from '#test/builders/context.ts';
import { plan } from '#test/builders/plan.ts';

const context = objectContext('RTPLAN');
const rois: Roi[] = ['PTV', 'SpinalCord', 'Lungs', 'Heart'].map((name, index) => ({
  number: index + 1,
  name,
  type: index === 0 ? 'PTV' : 'ORGAN',
  color: [1, 2, 3],
  generationAlgorithm: '',
  frameOfReferenceUid: '',
  contours: [],
}));
const goal = (structure: string, text: string): GoalSheet['goals'][number] => ({ structure, text, priority: 1 });
const goals: GoalSheet = {
  name: 'Lunge, örtlich',
  description: '',
  fractionation: { dosePerFraction: [1.8, 2.2] },
  goals: [
    goal('PTV', 'D95% >= 100%'),
    goal('PTV', 'max <= 107%'),
    goal('SpinalCord', 'max <= 45 Gy (50 Gy)'),
    goal('Lungs', 'V20Gy < 30%'),
    goal('Lungs', 'mean <= 20 Gy'),
    goal('Heart', 'V15Gy <= 20 cc'),
    { ...goal('Aorta', 'max <= 50 Gy'), source: 'own' },
  ],
};
const written = plan(1, {
  goals,
  prescription: {
    targetRoiNumber: 1,
    targetName: 'PTV',
    dose: 60,
    fractions: 30,
    normalization: { kind: 'D95', percent: 100 },
  },
  fractions: 30,
});

test('goals come back with their plan, also after an archive rewrote it in implicit VR', () => {
  const bytes = writePlan(written, context, { rois });
  expect(readPlan(bytes).goals).toEqual(goals);
  expect(readPlan(bytes).prescription).toEqual(written.prescription);
  expect(readPlan(writePart10(readPart10(bytes).dataset, IMPLICIT_LITTLE_ENDIAN)).goals).toEqual(goals);
});

test('what Dose Reference Sequence has a place for stands there too', () => {
  const references = readPart10(writePlan(written, context, { rois })).dataset.sequence('DoseReferenceSequence');
  const said = references.map((item) => [
    item.number('DoseReferenceNumber'),
    item.string('DoseReferenceType'),
    item.number('ReferencedROINumber'),
    item.number('TargetPrescriptionDose'),
    item.number('TargetMaximumDose'),
    item.number('TargetUnderdoseVolumeFraction'),
    item.number('OrganAtRiskLimitDose'),
    item.number('OrganAtRiskMaximumDose'),
    item.number('OrganAtRiskOverdoseVolumeFraction'),
  ]);
  const no = undefined;
  expect(said).toEqual([
    [1, 'TARGET', 1, 60, 64.2, 5, no, no, no],
    [2, 'ORGAN_AT_RISK', 2, no, no, no, 45, no, no],
    [3, 'ORGAN_AT_RISK', 3, no, no, no, no, 20, 30],
  ]);
});

test('limits of organs in plans of other systems become goals; goals that cannot be read are said', () => {
  const { goals: _none, ...bare } = written;
  expect(readPlan(writePlan(bare, context)).goals).toBeUndefined();
  const foreign = readPart10(writePlan(written, context, { rois })).dataset;
  const text = (keep: string): Uint8Array => {
    const bytes = writePart10(foreign);
    const at = Buffer.from(bytes).indexOf('{"name":"Lunge');
    bytes.set(new TextEncoder().encode(keep), at);
    return bytes;
  };
  const broken = readPlan(text('!'));
  expect([broken.goals, broken.warnings]).toEqual([undefined, ['the clinical goals kept in the plan cannot be read']]);
  // The creator's name of the private block is another's.
  const bytes = writePart10(foreign);
  const block = Buffer.from(bytes).indexOf(Buffer.from([0x0b, 0x30, 0x10, 0x00]));
  bytes.set(new TextEncoder().encode('OTHERONE'), Buffer.from(bytes).indexOf('ISOCENTER', block));
  const received = readPlan(bytes).goals?.goals ?? [];
  expect(received.map(({ structure, text: goalText }) => [structure, goalText])).toEqual([
    ['SpinalCord', 'max <= 45 Gy'],
    ['Lungs', 'V20Gy <= 30 %'],
  ]);
  // They name structures by number, whatever those are called now.
  const renamed = rois.map((roi) => ({ ...roi, name: `ROI_${roi.number}` }));
  expect(received.map((one) => structureOfGoal(one, renamed).roi?.name)).toEqual(['ROI_2', 'ROI_3']);
  expect(structureOfGoal(received[0], rois.slice(0, 1))).toEqual({ reason: 'there is no structure number 2' });
});

test('reasons to let warnings stand come back with their plan; unreadable ones are told of', () => {
  const reason = {
    rule: 'mu.range',
    text: 'Beam 1 has only 3 MU',
    reason: 'Test of a file',
    by: 'Doe^Jane',
    at: '2026-01-05T10:00:00',
  };
  const written = writePlan(plan(1, { checkOverrides: [reason] }), objectContext('RTPLAN'));
  expect(readPlan(written).checkOverrides).toEqual([reason]);
  const at = Buffer.from(written).indexOf('[{"rule"');
  const broken = Uint8Array.from(written);
  broken[at] = 0x7b;
  expect(readPlan(broken).checkOverrides).toBeUndefined();
  expect(readPlan(broken).warnings.join()).toContain('checks cannot be read');
});
