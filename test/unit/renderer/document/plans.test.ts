import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  allPlans,
  planOfIndex,
  withActive,
  withNewPlan,
  withoutPlan,
  withPlanChanged,
} from '#renderer/document/plans.ts';
import type { ClinicalDocument, PlanRecord } from '#renderer/document/records.ts';
import {
  editDocument, joinNewestEdit, markStored, nextPlanIndex, openDocument, patchDocument, redo, undo, useDocument,
} from '#renderer/document/store.ts'; // biome-ignore format: one list
import type { Plan } from '#shared/model/plan.ts';
import { square, testBeam, testDocument, testDose } from './documentBuilder.ts';

const { plan: first } = testDocument();
if (first === undefined) throw new Error('the builder makes a plan');
const draft = (label: string): Plan => ({ ...first, sopInstanceUid: `9.${label}`, label });

const current = (): ClinicalDocument => {
  const { document } = useDocument.getState();
  if (document === null) throw new Error('no document');
  return document;
};
const record = (index: number): PlanRecord => {
  const found = planOfIndex(current(), index);
  if (found === undefined) throw new Error(`plan ${index} is not open`);
  return found;
};
const add = (label: string): number => {
  const index = nextPlanIndex();
  editDocument('New plan', (document) => withNewPlan(document, index, draft(label)));
  return index;
};
const activate = (index: number): void => editDocument('Activate', (document) => withActive(document, index));
const remove = (index: number): void => editDocument('Delete', (document) => withoutPlan(document, index));
const compute = (): void => {
  editDocument('Compute dose', ({ plan, structures, primary }) =>
    plan === undefined ? null : { dose: testDose(), beamDoses: [testDose()], doseBasis: { primary, structures, plan } },
  );
};
const reshapeBody = (half: number): void =>
  editDocument('Reshape', ({ structures }) => ({
    structures: {
      ...structures,
      rois: structures.rois.map((roi) =>
        roi.type === 'EXTERNAL' ? { ...roi, contours: [square(0, 0, 0, half)] } : roi,
      ),
    },
  }));
const relabel = (label: string): void =>
  editDocument('Label', ({ plan }) => (plan === undefined ? null : { plan: { ...plan, label } }));
const labels = (): string[] => allPlans(current()).map(({ plan, index }) => `${index}:${plan.label}`);

beforeEach(() => openDocument(testDocument()));

describe('several plans', () => {
  it('a new plan becomes the active one and the one before keeps its dose beside it', () => {
    compute();
    const { dose, plan } = current();
    add('B');
    expect(labels()).toEqual(['1:B', '0:Plan1']);
    expect(current()).toMatchObject({ dose: undefined, beamDoses: [], doseStale: undefined, planDirty: true });
    expect(record(0)).toMatchObject({ dose, plan, planDirty: false });
    undo();
    expect(labels()).toEqual(['0:Plan1']);
    expect(current().dose).toBe(dose);
  });

  it('dose, basis and staleness go with the plan that is made active', () => {
    compute();
    const { dose, doseBasis } = current();
    add('B');
    editDocument('Beams', ({ plan }) => ({ plan: plan && { ...plan, beams: [testBeam(1, 40)] } }));
    activate(0);
    expect(current()).toMatchObject({ planIndex: 0, dose, doseBasis, doseStale: undefined });
    expect(labels()).toEqual(['0:Plan1', '1:B']);
    undo();
    expect(current()).toMatchObject({ planIndex: 1, dose: undefined });
    expect(current().plan?.beams).toHaveLength(1);
  });

  it('an edit of structures makes doses beside the active plan stale, and its undo fresh', () => {
    compute();
    add('B');
    reshapeBody(70);
    expect(record(0).doseStale).toBe('the BODY contour was changed');
    activate(0);
    expect(current().doseStale).toBe('the BODY contour was changed');
    undo();
    undo();
    expect(record(0).doseStale).toBeUndefined();
    patchDocument({ primary: { ...current().primary, seriesInstanceUid: 'another' } });
    expect(record(0).doseStale).toBe('it was computed on another planning image');
  });

  it('records beside the active plan stay the same objects while nothing of theirs changes', () => {
    add('B');
    const { otherPlans } = current();
    editDocument('Label', ({ plan }) => ({ plan: plan && { ...plan, label: 'B2' } }));
    expect(current().otherPlans).toBe(otherPlans);
    expect(allPlans(current())).toBe(allPlans(current()));
  });

  it('what is loaded or saved of another plan is not taken back with an edit or a swap', () => {
    add('B');
    activate(0);
    const dose = testDose();
    patchDocument(withPlanChanged(current(), 1, () => ({ dose, doseStale: 'not judged' })) ?? {});
    markStored({ plan: { index: 1, plan: { ...record(1).plan, sopInstanceUid: '8.8' } } });
    undo();
    expect(current()).toMatchObject({ planIndex: 1, dose, planDirty: false });
    expect(current().plan?.sopInstanceUid).toBe('8.8');
  });

  it('every plan knows for itself whether it was saved', () => {
    add('B');
    add('C');
    expect(allPlans(current()).map(({ planDirty }) => planDirty)).toEqual([true, false, true]);
    markStored({ plan: { index: 1, plan: { ...record(1).plan, sopInstanceUid: '7.7' } } });
    expect(allPlans(current()).map(({ planDirty }) => planDirty)).toEqual([true, false, false]);
    activate(0);
    editDocument('Label', ({ plan }) => ({ plan: plan && { ...plan, label: 'P2' } }));
    expect(current().planDirty).toBe(true);
    activate(1);
    expect(record(0).planDirty).toBe(true);
  });

  it('an index that a stored plan had is not given to another', () => {
    const index = add('B');
    markStored({ plan: { index, plan: record(index).plan } });
    undo();
    expect(labels()).toEqual(['0:Plan1']);
    expect(add('C')).toBe(index + 1);
  });

  it('the active plan deleted, the nearest other one takes its place; the last leaves none', () => {
    add('B');
    add('C');
    remove(2);
    expect(labels()).toEqual(['1:B', '0:Plan1']);
    remove(0);
    remove(1);
    expect(current()).toMatchObject({ plan: undefined, dose: undefined, otherPlans: [] });
    undo();
    undo();
    undo();
    expect(labels()).toEqual(['2:C', '0:Plan1', '1:B']);
  });

  it('what follows from an edit joins it though another plan is active by then', () => {
    reshapeBody(60);
    add('B');
    const before = current().structures;
    joinNewestEdit(({ structures }) => ({ structures: { ...structures, label: 'followed' } }));
    undo();
    expect(labels()).toEqual(['0:Plan1']);
    expect(current().structures).toBe(before);
    redo();
    expect(current().structures.label).toBe('followed');
    expect(labels()).toEqual(['1:B', '0:Plan1']);
  });

  it('swapping plans does not use up what the history keeps of doses', () => {
    compute();
    add('B');
    compute();
    for (let n = 0; n < 12; n++) activate(n % 2);
    const names = useDocument.getState().history.done.map(({ name }) => name);
    expect(names.filter((name) => name === 'Compute dose')).toHaveLength(2);
    expect(names).toHaveLength(15);
  });

  it('any run of edits, swaps, undos and redos of several plans comes back to the very same plans and doses', () => {
    const steps = fc.array(
      fc.oneof(
        fc.constant({ kind: 'new' as const, at: 0 }),
        fc.record({
          kind: fc.constantFrom('activate', 'remove', 'label', 'compute', 'reshape', 'undo', 'redo', 'undo'),
          at: fc.nat(4),
        }),
      ),
      { maxLength: 30 },
    );
    const view = (): unknown => [
      current().planIndex,
      current().structures,
      allPlans(current()).map(({ index, plan, dose, beamDoses, doseBasis, doseStale }) => [index, plan, dose, beamDoses, doseBasis, doseStale]),
    ]; // biome-ignore format: one line
    fc.assert(
      fc.property(steps, (run) => {
        openDocument(testDocument());
        const before: unknown[] = [];
        const undone: unknown[] = [];
        for (const { kind, at } of run) {
          const seen = view();
          const { sequence: made } = useDocument.getState().history;
          const open = allPlans(current()).map(({ index }) => index);
          if (kind === 'undo' || kind === 'redo') {
            (kind === 'undo' ? undo : redo)();
            const [from, to] = kind === 'undo' ? [before, undone] : [undone, before];
            const expected = from.pop();
            if (expected === undefined) expect(view()).toEqual(seen);
            else {
              expect(view()).toEqual(expected);
              to.push(seen);
            }
            continue;
          }
          if (kind === 'new') add(`N${at}`);
          if (kind === 'activate' && open.length > 0) activate(open[at % open.length]);
          if (kind === 'remove' && open.length > 0) remove(open[at % open.length]);
          if (kind === 'label') relabel(`L${at}`);
          if (kind === 'compute') compute();
          if (kind === 'reshape') reshapeBody(60 + at);
          const { done, sequence } = useDocument.getState().history;
          if (sequence === made) continue;
          before.push(seen);
          undone.length = 0;
          // Old computations are forgotten with all before them.
          before.splice(0, before.length - done.length);
        }
      }),
      { numRuns: 150 },
    );
  });
});
