import { beforeEach, describe, expect, it } from 'vitest';
import { withActive, withNewPlan } from '#renderer/document/plans.ts';
import type { ClinicalDocument, DoseSumRecord } from '#renderer/document/records.ts';
import { doseOfKey, type ShownDose, shownDoses } from '#renderer/document/shownDoses.ts';
import { editDocument, openDocument, patchDocument, undo, useDocument } from '#renderer/document/store.ts';
import {
  firstDose,
  referenceOfFirst,
  secondDose,
  useComparedDoses,
} from '#renderer/viewports/painters/dose/comparedDoses.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import { sumDoses } from '#shared/evaluation/doses/sumDoses.ts';
import { doseSubjects } from '#renderer/workspaces/evaluation/dock/doseSubjects.ts';
import { testDocument, testDose } from './documentBuilder.ts';

const current = (): ClinicalDocument => {
  const { document } = useDocument.getState();
  if (document === null) throw new Error('no document');
  return document;
};
const keys = (): string[] => shownDoses(current()).map(({ key }) => key);
const shown = (key: string): ShownDose => {
  const found = doseOfKey(current(), key);
  if (found === undefined) throw new Error(`${key} is not shown`);
  return found;
};
const compute = (dose: DoseVolume = testDose()): void =>
  editDocument('Compute dose', ({ plan, structures, primary }) =>
    plan === undefined
      ? null
      : { dose, beamDoses: [{ ...testDose(), beamNumber: 1 }], doseBasis: { primary, structures, plan } },
  );

/** Two plans with doses; the second one, of index 1, is active. */
beforeEach(() => {
  openDocument(testDocument());
  useComparedDoses.setState({ on: true, first: null, second: null, mode: 'lines' });
  compute();
  editDocument('New plan', (document) => {
    if (document.plan === undefined) throw new Error('the builder makes a plan');
    return withNewPlan(document, 1, { ...document.plan, sopInstanceUid: '1.2.55', label: 'Boost' });
  });
  compute({ ...testDose(), planUid: '1.2.55' });
});

function addSum(): void {
  const terms = ['plan:0', 'plan:1'].map(shown);
  const made = sumDoses(
    terms.map(({ dose, name }) => ({ dose, name })),
    { sopInstanceUid: '1.2.99' },
  );
  const record: DoseSumRecord = {
    id: 1, name: 'Both', ...made, prescribed: 70, terms: terms.map(({ key, name, dose }) => ({ key, name, weight: 1, data: dose.data })),
  }; // biome-ignore format: a record
  editDocument('Sum', () => ({ doseSums: [record] }));
}

describe('the doses of a patient', () => {
  it('are those of the plans, the active one first, and of their beams, under keys that swaps do not change', () => {
    expect(keys()).toEqual(['plan:1', 'plan:0', 'beam:1:1', 'beam:0:1']);
    editDocument('Activate', (document) => withActive(document, 0));
    expect(keys()).toEqual(['plan:0', 'plan:1', 'beam:0:1', 'beam:1:1']);
    expect(shown('plan:1').name).toBe('Boost');
  });

  it('a sum stands while its doses are what they were, and says which one is not', () => {
    addSum();
    expect(shown('sum:1').stale).toBeUndefined();
    editDocument('Activate', (document) => withActive(document, 0));
    expect(shown('sum:1').stale).toBeUndefined();
    compute();
    expect(shown('sum:1').stale).toBe('Plan1 has another dose now');
    undo();
    expect(shown('sum:1').stale).toBeUndefined();
    editDocument('Move', ({ plan }) => (plan === undefined ? null : { plan: { ...plan, fractions: 3 } }));
    expect(shown('sum:1').stale).toMatch(/^Plan1: /);
  });

  it('a dose without its plan is one of them, and the one on the planes', () => {
    openDocument(testDocument({ plan: undefined, dose: testDose() }));
    expect(keys()).toEqual(['plan:0']);
    expect(firstDose(current())?.dose).toBe(current().dose);
  });

  it('a plan dose of one fraction is that of the course, and the same object after every other edit', () => {
    const one = { ...testDose(), planUid: '1.2.55', summation: 'FRACTION_SESSION', data: testDose().data.map(() => 2) };
    compute(one);
    const course = shown('plan:1').dose;
    expect(course.data[0]).toBe(50);
    patchDocument({ savedInstances: ['1'] });
    expect(shown('plan:1').dose).toBe(course);
  });

  it('sums and opened doses have histograms too, under indices that deleting one does not shift', () => {
    addSum();
    patchDocument({ storedDoses: [{ name: 'old', dose: testDose(), notes: [], through: [] }] });
    const of = () => doseSubjects(current()).map(({ name, index, stale }) => [name, index, stale]);
    expect(of()).toEqual([
      ['Plan1', 0, undefined],
      ['Boost', 1, undefined],
      ['old', -1, undefined],
      ['Both', -2, undefined],
    ]);
    compute();
    expect(of()[3]).toEqual(['Both', -2, 'Boost has another dose now']);
    editDocument('Delete', () => ({ doseSums: [] }));
    expect(of()[2]).toEqual(['old', -1, undefined]);
  });

  it('of one fraction a stored dose keeps its notes', () => {
    patchDocument({ storedDoses: [{ name: 'old', dose: testDose(), notes: ['of one fraction'], through: [] }] });
    expect(shown(`stored:${testDose().sopInstanceUid}`).notes).toEqual(['of one fraction']);
  });
});

describe('the doses on the planes', () => {
  it('are the active plan’s alone, unless another is chosen in the evaluation', () => {
    expect([firstDose(current())?.key, secondDose(current())]).toEqual(['plan:1', undefined]);
    useComparedDoses.setState({ first: 'plan:0', second: 'plan:1' });
    expect([firstDose(current())?.key, secondDose(current())?.key]).toEqual(['plan:0', 'plan:1']);
    useComparedDoses.setState({ on: false });
    expect([firstDose(current())?.key, secondDose(current())]).toEqual(['plan:1', undefined]);
  });

  it('a dose is not compared with itself, nor with one that is gone', () => {
    useComparedDoses.setState({ first: 'plan:0', second: 'plan:0' });
    expect(secondDose(current())).toBeUndefined();
    useComparedDoses.setState({ first: 'sum:7', second: 'stored:1' });
    expect([firstDose(current())?.key, secondDose(current())]).toEqual(['plan:1', undefined]);
  });

  it('per cent of a sum are of what is prescribed in all', () => {
    addSum();
    useComparedDoses.setState({ first: 'sum:1' });
    expect(referenceOfFirst(current())).toEqual({ dose: 70, of: 'prescription' });
  });
}); // biome-ignore format: long setups
