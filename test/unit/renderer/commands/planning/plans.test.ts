import { beforeEach, describe, expect, it } from 'vitest';
import { activatePlan } from '#renderer/commands/planning/plans/activatePlan.ts';
import { carryPlanHere, planHere } from '#renderer/commands/planning/plans/carryPlanHere.ts';
import { closePlan, deletePlan } from '#renderer/commands/planning/plans/closePlan.ts';
import { copyPlan } from '#renderer/commands/planning/plans/copyPlan.ts';
import { newPlan } from '#renderer/commands/planning/plans/newPlan.ts';
import { freeLabel } from '#renderer/commands/planning/plans/records.ts';
import { renamePlan } from '#renderer/commands/planning/plans/renamePlan.ts';
import { setCourse } from '#renderer/commands/planning/plans/setCourse.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { coursesOf } from '#renderer/document/courses.ts';
import { allPlans } from '#renderer/document/plans.ts';
import type { ClinicalDocument, PlanRecord } from '#renderer/document/records.ts';
import { editDocument, openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { dose as builtDose } from '#test/builders/dose.ts';
import { testBeam, testDocument, testDose } from '../../document/documentBuilder.ts';

const document = (): ClinicalDocument => {
  const { document: open } = useDocument.getState();
  if (open === null) throw new Error('no document');
  return open;
};
const labels = (): string[] => allPlans(document()).map(({ plan }) => plan.label);
const computed = (): Partial<ClinicalDocument> => ({
  dose: { ...builtDose(), ...testDose(), provenance: { ...builtDose().provenance!, basis: undefined } },
});
const courses = (): unknown => coursesOf(document()).map(({ name, plans }) => [name, plans.map(({ index }) => index)]);

beforeEach(() => openDocument(testDocument(computed())));

describe('commands for plans', () => {
  it('new, shown, closed: each is one edit', async () => {
    await newPlan.perform('B', 2, 20, 5);
    expect(labels()).toEqual(['B', 'Plan1']);
    await activatePlan.perform(0);
    await activatePlan.perform(0);
    await closePlan.perform(0);
    expect(labels()).toEqual(['B']);
    expect(useDocument.getState().history.done.map(({ name }) => name)).toEqual(['New plan B', 'Show plan Plan1', 'Close plan Plan1']); // biome-ignore format: one line
    undo();
    undo();
    undo();
    expect(labels()).toEqual(['Plan1']);
    expect(document().dose).toBeDefined();
  });

  it('a copy is another unapproved plan with the dose computed for it, and no version of the first', async () => {
    const { plan, dose } = document();
    editDocument('Approve', () => ({ plan: plan && { ...plan, approval: 'APPROVED', predecessorUids: ['1.1'] } }));
    await copyPlan.perform(0);
    const copy = document();
    expect(labels()).toEqual(['Plan1_2', 'Plan1']);
    expect(copy).toMatchObject({ planIndex: 1, planDirty: true, dose, doseStale: undefined });
    expect(copy.plan).toMatchObject({ approval: 'UNAPPROVED', beams: plan?.beams });
    expect(copy.plan?.predecessorUids).toBeUndefined();
    expect(copy.plan?.sopInstanceUid).not.toBe(plan?.sopInstanceUid);
    editDocument('Beams', ({ plan: now }) => ({ plan: now && { ...now, beams: [testBeam(1, 7), testBeam(2, 9)] } }));
    expect(document().doseStale).toBe('beam B1 was changed');
    const [first] = document().otherPlans;
    expect(first.doseStale).toBeUndefined();
    await copyPlan.perform(1);
    expect(document().doseStale).toBe('beam B1 was changed');
  });

  it('a dose of unknown origin stays with its own plan', async () => {
    openDocument(testDocument({ dose: testDose() }));
    await copyPlan.perform(0);
    expect(document().dose).toBeUndefined();
    expect(document().otherPlans[0].dose).toBeDefined();
  });

  it('labels, names and courses of any open plan are edited without touching a dose, and refused when DICOM cannot hold them', async () => {
    await newPlan.perform('B', 2, 20, 5);
    await renamePlan.perform(0, ' Boost ', 'Boost to the bed');
    await setCourse.perform(0, 'C2');
    const [record] = document().otherPlans as readonly PlanRecord[];
    expect(record.plan).toMatchObject({ label: 'Boost', name: 'Boost to the bed', course: 'C2' });
    expect(record).toMatchObject({ planDirty: true, doseStale: undefined });
    await renamePlan.perform(0, 'Boost', '');
    expect(document().otherPlans[0].plan.name).toBeUndefined();
    expect(() => renamePlan.perform(0, 'a label of 17 chs')).toThrow('longer than 16');
    expect(() => renamePlan.perform(0, 'a\\b')).toThrow('no valid SH');
    expect(() => setCourse.perform(0, ' ')).toThrow('1–64 characters');
    expect(() => renamePlan.perform(7, 'x')).toThrow('not open');
    for (let edit = 0; edit < 3; edit++) undo();
    expect(document().otherPlans[0]).toMatchObject({ plan: { label: 'Plan1' }, planDirty: false });
  });

  it('a draft can be deleted, a stored plan only closed', async () => {
    expect(() => deletePlan.perform(0)).toThrow('is in the archive');
    await copyPlan.perform(0);
    await deletePlan.perform(1);
    expect(labels()).toEqual(['Plan1']);
  });

  it('labels of new plans are free ones within 16 characters', async () => {
    expect(freeLabel(document(), 'Plan')).toBe('Plan');
    await newPlan.perform('A label of16char', 2, 20, 5);
    expect(freeLabel(document(), 'A label of16char')).toBe('A label of16ch_2');
  });
});

describe('a plan of another image', () => {
  const { plan: onCt } = testDocument();
  const source = { ...onCt!, sopInstanceUid: '7.7', frameOfReferenceUid: 'mr', approval: 'APPROVED' as const };
  const registration = {
    kind: 'rigid' as const, sopInstanceUid: '8', fixedFrame: '1.2.9', movingFrame: 'mr', label: 'R',
    matrix: [1, 0, 0, 20, 0, 1, 0, 0, 0, 0, 1, -5, 0, 0, 0, 1],
  }; // biome-ignore format: a record

  it('is copied to the planning image through the registration, as a draft that says so', async () => {
    openDocument(testDocument({ registrations: [registration] }));
    await carryPlanHere.perform({ ...source, beams: source.beams.map((beam) => withNote(beam, { weight: 2, margin: 5 })) }, 'adapt', 2); // biome-ignore format: one line
    const { plan, planIndex, dose } = document();
    expect([planIndex, plan?.label, plan?.frameOfReferenceUid, dose]).toEqual([1, 'Plan1_2', '1.2.9', undefined]);
    expect(plan?.beams[0].controlPoints[0].isocenter).toEqual([20, 0, -5]);
    expect(plan?.description).toMatch(/^Copied from plan Plan1 \(7.7\) through registration R/);
    // A shape that was fitted to another target is not fitted to this one.
    expect(plan?.beams.map((beam) => beamNote(beam))).toEqual([{ weight: 2 }, { weight: 2 }]);
    undo();
    expect(labels()).toEqual(['Plan1']);
  });

  it('is refused without a rigid way, and told of where its isocenter leaves the image', () => {
    expect(() => carryPlanHere.perform(source, 'adapt', 2)).toThrow('no registration leads');
    const far = { ...registration, matrix: [1, 0, 0, 900, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    openDocument(testDocument({ registrations: [far] }));
    expect(planHere(document(), source, 'keep', 2).remarks[0]).toBe('Isocenter outside the image: B1, B2');
    expect(planHere(document(), { ...source, frameOfReferenceUid: '1.2.9' }, 'keep', 2).way.how).toBe('the same frame of reference'); // biome-ignore format: one line
  });
});

it('courses come from the plan, else from the study that it is stored in', async () => {
  const series = { seriesInstanceUid: 's', studyInstanceUid: '1', modality: 'RTPLAN', seriesNumber: '', seriesDescription: '', seriesDate: '', frameOfReferenceUid: '', bodyPartExamined: '', instanceCount: 1, conflictingInstances: 0 }; // biome-ignore format: one line
  const object = { sopClassUid: '1', instanceNumber: '1', label: '', transferSyntaxUid: '1', bytes: 1, received: '', variant: 0 }; // biome-ignore format: one line
  const opened = testDocument();
  const study = { ...opened.study, studyDescription: 'Lung 2026', series: [{ ...series, objects: [{ ...object, sopInstanceUid: '1.2.5' }] }] }; // biome-ignore format: one line
  openDocument(testDocument({ tree: { ...opened.tree, tree: [study] } }));
  expect(courses()).toEqual([['Lung 2026', [0]]]);
  await newPlan.perform('B', 2, 20, 5);
  expect(document().plan?.course).toBe('Lung 2026');
  await setCourse.perform(1, 'C2');
  await copyPlan.perform(0);
  expect(courses()).toEqual([['C2', [1]], ['Lung 2026', [0, 2]]]); // biome-ignore format: pairs
});
