import { expect, test } from 'vitest';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { objectContext } from '#test/builders/context.ts';
import { plan } from '#test/builders/plan.ts';

const context = objectContext('RTPLAN');
const objectives: DoseGoal[] = [
  { roi: 'PTV', type: 'squared-deviation', dose: 50, weight: 1000 },
  { roi: 'Rückenmark', type: 'max-dvh', dose: 45, volume: 5, weight: 30 },
  { roi: 'BODY', type: 'fall-off', dose: 45, low: 20, distance: 30, weight: 5 },
];

test('objectives come back with their plan, also after an archive rewrote it in implicit VR', () => {
  const bytes = writePlan(plan(1, { objectives }), context, { rois: [] });
  expect(readPlan(bytes).objectives).toEqual(objectives);
  expect(readPlan(writePart10(readPart10(bytes).dataset, IMPLICIT_LITTLE_ENDIAN)).objectives).toEqual(objectives);
  expect(readPlan(writePlan(plan(1), context, { rois: [] })).objectives).toBeUndefined();
});

test('objectives that cannot be read are said, not taken', () => {
  const broken = [{ ...objectives[0], weight: -3 }];
  const read = readPlan(writePlan(plan(1, { objectives: broken }), context, { rois: [] }));
  expect(read.objectives).toBeUndefined();
  expect(read.warnings).toContain('the optimisation objectives kept in the plan cannot be read');
});
