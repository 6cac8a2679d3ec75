import { beforeEach, describe, expect, it, vi } from 'vitest';
import { approveStructures, draftOfApproved } from '#renderer/commands/contouring/sets/approveStructures.ts';
import { deleteRoi } from '#renderer/commands/contouring/deleteRoi.ts';
import { followLocks, lockRoi } from '#renderer/commands/contouring/lockRoi.ts';
import { replaceRoi } from '#renderer/commands/contouring/rois.ts';
import { joinNewestEdit, openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { setOperator } from '#renderer/stores/operatorStore.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import type { EditRecord, StructureSet } from '#shared/model/structures.ts';
import { pendingDerivation } from '#shared/structures/derivation/derivation.ts';
import { square, testDocument, testStructures } from '../document/documentBuilder.ts';

const stored = vi.hoisted(() => ({ files: [] as Uint8Array[], refuse: false }));
vi.mock('#renderer/client/dicomweb.ts', () => ({
  storeInstances: (files: Uint8Array[]) => {
    if (!stored.refuse) stored.files.push(...files);
    return Promise.resolve({ failed: stored.refuse ? [{ sopInstanceUid: '1', reason: 'full' }] : [] });
  },
}));
vi.mock('#renderer/client/rpc.ts', () => ({ rpc: { system: { info: () => Promise.resolve({ version: '1' }) } } }));

const set = (): StructureSet => useDocument.getState().document?.structures ?? testStructures([]);
const history = (): readonly EditRecord[] => set().history ?? [];
const draw = (number: number, half: number): void =>
  replaceRoi('Draw', number, (roi) => ({ ...roi, contours: [square(0, 0, 0, half)] }));

beforeEach(() => {
  stored.files = [];
  stored.refuse = false;
  setOperator('Curie^Marie');
  openDocument(testDocument());
});

describe('locks', () => {
  it('are kept with the set, refuse every edit and tell the tools', () => {
    const stop = followLocks();
    void lockRoi.perform(2);
    expect(useContouring.getState().locked).toEqual(new Set([2]));
    expect(() => draw(2, 5)).toThrow('is locked');
    expect(() => deleteRoi.perform(2)).toThrow('is locked');
    draw(1, 5);
    void lockRoi.perform(2);
    expect(set().rois[1]).not.toHaveProperty('locked');
    draw(2, 5);
    undo();
    undo();
    expect(useContouring.getState().locked).toEqual(new Set([2]));
    stop();
  });
});

describe('approval', () => {
  it('is stored with name and time, makes the set read-only, and a draft names it as its predecessor', async () => {
    await approveStructures.perform(' Müller^Eva ');
    const [file] = stored.files.map((bytes) => readStructureSet(bytes));
    expect(file.approval).toMatchObject({ status: 'APPROVED', reviewer: 'Müller^Eva' });
    expect(file.approval?.reviewedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(useDocument.getState().document?.structuresDirty).toBe(false);
    expect(() => draw(2, 5)).toThrow('is approved');
    expect(() => deleteRoi.perform(2)).toThrow('is approved');
    expect(() => lockRoi.perform(2)).toThrow('is approved');
    void draftOfApproved.perform();
    draw(2, 5);
    expect(set()).not.toHaveProperty('approval');
    expect(useDocument.getState().stored.structures?.sopInstanceUid).toBe(file.sopInstanceUid);
  });

  it('that could not be stored is none', async () => {
    stored.refuse = true;
    await expect(approveStructures.perform('X')).rejects.toThrow('full');
    expect(set()).not.toHaveProperty('approval');
    draw(2, 5);
  });

  it('needs a name, and nothing stale', async () => {
    await expect(approveStructures.perform(' ')).rejects.toThrow('a name');
    replaceRoi('Derive PTV', 2, (roi) => ({
      ...roi,
      derivation: pendingDerivation('margin(BODY, -3)', roi.contours),
    }));
    await expect(approveStructures.perform('X')).rejects.toThrow('stale first: PTV');
    expect(stored.files).toEqual([]);
  });
});

describe('history', () => {
  it('tells who changed what, counts repetitions, follows undo, and knows what followed', () => {
    draw(2, 5);
    draw(2, 6);
    draw(1, 50);
    expect(history().map(({ by, edit, rois, times }) => [by, edit, rois, times])).toEqual([
      ['Curie^Marie', 'Draw', ['PTV'], 2],
      ['Curie^Marie', 'Draw', ['BODY'], 1],
    ]);
    joinNewestEdit(({ structures }) => ({
      structures: { ...structures, rois: structures.rois.map((roi) => ({ ...roi, color: [1, 2, 3] as const })) },
    }));
    expect(history().at(-1)?.rois).toEqual(['BODY', 'PTV']);
    undo();
    expect(history().map(({ times }) => times)).toEqual([2]);
    void deleteRoi.perform(1);
    expect(history().at(-1)).toMatchObject({ edit: 'Delete BODY', rois: ['BODY'] });
  });
});
