import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import {
  bailToMark, editDocument, mark, markStored, openDocument, patchDocument, redo, squashToMark, undo, useDocument,
} from '#renderer/document/store.ts'; // biome-ignore format: one list
import { square, testDocument, testDose, testRoi } from './documentBuilder.ts';

const current = (): ClinicalDocument => {
  const { document } = useDocument.getState();
  if (document === null) throw new Error('no document');
  return document;
};
const names = (): string[] => useDocument.getState().history.done.map((edit) => edit.name);
const rename = (number: number, name: string): void =>
  editDocument('Rename', ({ structures }) => ({
    structures: { ...structures, rois: structures.rois.map((roi) => (roi.number === number ? { ...roi, name } : roi)) },
  }));
const reshape = (number: number): void =>
  editDocument('Reshape', ({ structures }) => ({
    structures: {
      ...structures,
      rois: structures.rois.map((roi) => (roi.number === number ? { ...roi, contours: [square(1, 1, 0, 9)] } : roi)),
    },
  }));

describe('document history', () => {
  beforeEach(() => openDocument(testDocument()));

  it('undoes and redoes an edit, and marks the structures changed only while they are', () => {
    const before = current().structures;
    rename(1, 'External');
    expect(current().structures.rois[0].name).toBe('External');
    expect(current().structuresDirty).toBe(true);
    undo();
    expect(current().structures).toBe(before);
    expect(current().structuresDirty).toBe(false);
    redo();
    expect(current().structures.rois[0].name).toBe('External');
    expect(current().structuresDirty).toBe(true);
  });

  it('forgets what was undone when something new is done', () => {
    rename(1, 'A');
    undo();
    rename(1, 'B');
    redo();
    expect(current().structures.rois[0].name).toBe('B');
    expect(names()).toEqual(['Rename']);
  });

  it('an edit that changes nothing leaves no trace, so that undo never seems to do nothing', () => {
    editDocument('Nothing', () => null);
    editDocument('Same', (document) => ({ structures: document.structures }));
    expect(names()).toEqual([]);
  });

  it('bails to a mark without leaving anything to redo', () => {
    rename(1, 'A');
    const at = mark();
    rename(1, 'B');
    rename(1, 'C');
    bailToMark(at);
    expect(current().structures.rois[0].name).toBe('A');
    redo();
    expect(current().structures.rois[0].name).toBe('A');
    expect(names()).toEqual(['Rename']);
  });

  it('makes one edit of several', () => {
    const at = mark();
    rename(1, 'B');
    editDocument('Label', ({ plan }) => ({ plan: plan && { ...plan, label: 'P2' } }));
    squashToMark(at, 'Both');
    expect(names()).toEqual(['Both']);
    undo();
    expect(current().structures.rois[0].name).toBe('BODY');
    expect(current().plan?.label).toBe('Plan1');
    redo();
    expect(current().plan?.label).toBe('P2');
  });

  it('any run of edits, undos and redos ends where replaying the surviving edits ends', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant(undo), fc.constant(redo)), { maxLength: 40 }), (steps) => {
        openDocument(testDocument());
        const model: { done: string[]; undone: string[] } = { done: [], undone: [] };
        for (const step of steps) {
          if (step === undo) {
            const name = model.done.pop();
            if (name !== undefined) model.undone.push(name);
            undo();
          } else if (step === redo) {
            const name = model.undone.pop();
            if (name !== undefined) model.done.push(name);
            redo();
          } else {
            const name = `${model.done.length}:${String(step)}`;
            model.done.push(name);
            model.undone = [];
            rename(2, name);
          }
        }
        expect(current().structures.rois[1].name).toBe(model.done.at(-1) ?? 'PTV');
      }),
      { numRuns: 60 },
    );
  });

  it('keeps dose grids of a few computations only', () => {
    for (let n = 0; n < 8; n++) {
      rename(1, `before ${n}`);
      editDocument('Compute dose', () => ({ dose: testDose() }));
    }
    expect(names().filter((name) => name === 'Compute dose')).toHaveLength(4);
    expect(names().at(-1)).toBe('Compute dose');
  });

  it('loaded data enters the document without entering the history', () => {
    patchDocument({ savedInstances: ['1.2'] });
    expect(current().savedInstances).toEqual(['1.2']);
    expect(names()).toEqual([]);
  });

  it('after saving, undoing an earlier edit is a change again', () => {
    rename(1, 'A');
    markStored({ structures: { ...current().structures, sopInstanceUid: '9.9' } });
    expect(current().structuresDirty).toBe(false);
    expect(current().structures.sopInstanceUid).toBe('9.9');
    undo();
    expect(current().structuresDirty).toBe(true);
  });
});

describe('staleness of the dose', () => {
  beforeEach(() => openDocument(testDocument({ dose: testDose() })));

  it('is fresh as opened and after edits that do not matter', () => {
    expect(current().doseStale).toBeUndefined();
    rename(1, 'External');
    editDocument('Add', ({ structures }) => ({
      structures: { ...structures, rois: [...structures.rois, testRoi(7, 'Lung_L')] },
    }));
    editDocument('Label', ({ plan }) => ({
      plan: plan && { ...plan, label: 'P2', beams: plan.beams.map((b) => ({ ...b, name: 'x' })) },
    }));
    expect(current().doseStale).toBeUndefined();
  });

  it.each([
    ['BODY', () => reshape(1), 'the BODY contour was changed'],
    ['target', () => reshape(2), 'the target PTV was changed'],
    ['density', () => editDocument('Density', ({ structures }) => ({
      structures: { ...structures, rois: structures.rois.map((roi) => (roi.number === 2 ? { ...roi, density: 1.06 } : roi)) },
    })), 'the density or outline of PTV was changed'],
    ['beam', () => editDocument('Gantry', ({ plan }) => ({
      plan: plan && { ...plan, beams: plan.beams.map((beam) => ({ ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, gantry: 7 })) })) },
    })), 'beam B1 was changed'],
    ['fractions', () => editDocument('Fractions', ({ plan }) => ({ plan: plan && { ...plan, fractions: 5 } })), 'the prescription was changed'],
    ['beam count', () => editDocument('Delete', ({ plan }) => ({ plan: plan && { ...plan, beams: plan.beams.slice(1) } })), 'beams were added or removed'],
    ['no plan', () => editDocument('Close plan', () => ({ plan: undefined })), 'its plan is no longer open'],
  ])('says so when the %s changes, and is fresh again after undo', (_what, change, reason) => {
    change();
    expect(current().doseStale).toBe(reason);
    undo();
    expect(current().doseStale).toBeUndefined();
  }); // biome-ignore format: a table

  it('survives saving, which may take image references off contours but moves none', () => {
    const { structures } = current();
    const rois = structures.rois.map((roi) => ({ ...roi, contours: roi.contours.map((contour) => ({ ...contour })) }));
    markStored({ structures: { ...structures, sopInstanceUid: '9.9', rois } });
    expect(current().doseStale).toBeUndefined();
  });

  it('a dose opened as stale stays stale', () => {
    openDocument(testDocument({ dose: testDose(), doseStale: 'it names another plan' }));
    rename(1, 'A');
    undo();
    expect(current().doseStale).toBe('it names another plan');
  });
});
