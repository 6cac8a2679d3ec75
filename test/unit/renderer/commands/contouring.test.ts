import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addRoi } from '#renderer/commands/contouring/addRoi.ts';
import { changeRoi } from '#renderer/commands/contouring/changeRoi.ts';
import { clearSlice } from '#renderer/commands/contouring/slices/clearSlice.ts';
import { deleteRoi } from '#renderer/commands/contouring/deleteRoi.ts';
import { freeName, insertRoi, nameProblem } from '#renderer/commands/contouring/rois.ts';
import { lockRoi } from '#renderer/commands/contouring/lockRoi.ts';
import { longWork } from '#renderer/commands/longWork.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { boundTo, sliceIndexOf } from '#shared/structures/contours/imageReferences.ts';
import { useView } from '#renderer/viewports/viewStore.ts';
import { typeForName } from '#shared/structures/sets/tg263.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { square, testDocument, testImage, testRoi, testStructures } from '../document/documentBuilder.ts';

const set = (): StructureSet => useDocument.getState().document?.structures ?? testStructures([]);
const names = (): string[] => set().rois.map(({ name }) => name);

beforeEach(() => {
  openDocument(testDocument());
  useContouring.setState({ activeRoi: null, locked: new Set() });
});

describe('structures', () => {
  it('are added with the next number, selected, and taken away by undo', () => {
    void addRoi.perform(' Heart ', 'ORGAN');
    expect(set().rois[2]).toMatchObject({
      number: 3,
      name: 'Heart',
      type: 'ORGAN',
      generationAlgorithm: 'MANUAL',
      frameOfReferenceUid: '1.2.9',
      contours: [],
    });
    expect(useContouring.getState().activeRoi).toBe(3);
    undo();
    expect(names()).toEqual(['BODY', 'PTV']);
  });

  it.each([
    ['', 'needs a name'],
    ['   ', 'needs a name'],
    ['PTV', 'another structure named PTV'],
    ['a\\b', 'backslash'],
    ['x'.repeat(65), 'at most 64'],
    ['a\u0007b', 'control characters'],
  ])('refuse the name %j', (name, reason) => {
    expect(nameProblem(set(), name)).toContain(reason);
    expect(() => addRoi.perform(name, 'ORGAN')).toThrow(reason);
    expect(names()).toEqual(['BODY', 'PTV']);
  });

  it('never get the number a plan knows its target by', () => {
    openDocument(testDocument());
    void deleteRoi.perform(2);
    void addRoi.perform('Ring', 'ORGAN');
    expect(set().rois.map(({ number, name }) => [number, name])).toEqual([
      [1, 'BODY'],
      [3, 'Ring'],
    ]);
    undo();
    openDocument(testDocument({ structures: testStructures([]) }));
    void addRoi.perform('BODY', 'EXTERNAL');
    expect(set().rois[0].number).toBe(3);
  });

  it('are not told apart by blanks round a name', () => {
    expect(nameProblem(testStructures([testRoi(1, 'PTV')]), ' PTV ')).toBe('there is another structure named PTV');
    expect(nameProblem(testStructures([testRoi(1, 'PTV ')]), 'PTV')).toBe('there is another structure named PTV');
    expect(nameProblem(testStructures([]), '日'.repeat(64))).toBeUndefined();
    expect(nameProblem(testStructures([]), '𠮷'.repeat(65))).toBe('a name has at most 64 characters');
    expect(nameProblem(testStructures([]), 'PTV\u0085')).toMatch('control characters');
  });

  it('may keep their own name', () => {
    expect(nameProblem(set(), 'PTV', 2)).toBeUndefined();
  });

  it('are renamed, retyped and recoloured, one edit each', () => {
    void changeRoi.perform(2, { name: 'PTV_High' });
    void changeRoi.perform(2, { type: 'CTV' });
    void changeRoi.perform(2, { color: [1, 2, 3] });
    expect(set().rois[1]).toMatchObject({ name: 'PTV_High', type: 'CTV', color: [1, 2, 3] });
    undo();
    undo();
    undo();
    expect(set().rois[1]).toMatchObject({ name: 'PTV', type: 'PTV' });
  });

  it('take a density and give it back', () => {
    void changeRoi.perform(2, { density: 4.5 });
    void changeRoi.perform(2, { density: undefined });
    expect(set().rois[1].density).toBeUndefined();
    undo();
    expect(set().rois[1].density).toBe(4.5);
    expect(useDocument.getState().history.done.at(-1)?.name).toBe('Change density of PTV');
    expect(() => changeRoi.perform(2, { density: -1 })).toThrow('is no density');
    undo();
    expect(set().rois[1].density).toBeUndefined();
  });

  it('dragged through the colour picker are one edit', () => {
    for (const red of [10, 20, 30]) void changeRoi.perform(2, { color: [red, 0, 0] });
    expect(set().rois[1].color).toEqual([30, 0, 0]);
    undo();
    expect(set().rois[1].color).toEqual([255, 0, 0]);
    expect(useDocument.getState().history.done).toEqual([]);
  });

  it('are deleted with undo, but not while locked', () => {
    void lockRoi.perform(2);
    expect(() => deleteRoi.perform(2)).toThrow('is locked');
    void lockRoi.perform(2);
    void deleteRoi.perform(2);
    expect(names()).toEqual(['BODY']);
    undo();
    expect(names()).toEqual(['BODY', 'PTV']);
  });

  it('lose the contours of the slice in view and no others', () => {
    const contours = [square(0, 0, 0, 20), square(0, 0, 0, 5), square(0, 0, 5, 20)];
    openDocument(testDocument({ structures: testStructures([testRoi(2, 'PTV', { contours })]) }));
    useView.setState({ crosshair: [30, 30, 0] });
    void clearSlice.perform(2);
    expect(set().rois[0].contours).toEqual([contours[2]]);
  });

  it('get free names', () => {
    expect(freeName(set(), 'CTV')).toBe('CTV');
    expect(freeName(set(), 'PTV')).toBe('PTV_2');
    insertRoi('x', { name: 'PTV_2', type: 'PTV' });
    expect(freeName(set(), 'PTV')).toBe('PTV_3');
  });

  it.each([
    ['BODY', 'EXTERNAL'], ['External', 'EXTERNAL'], ['GTVp', 'GTV'], ['CTV_High', 'CTV'], ['PTV', 'PTV'], ['zPTV_Low', 'PTV'],
    ['CouchSurface', 'SUPPORT'], ['Lung_L', 'ORGAN'],
  ])('named %s are of type %s', (name, type) => {
    expect(typeForName(name)).toBe(type);
  }); // biome-ignore format: a table
});

describe('a set about to be saved', () => {
  it('names the planning image; each contour names the slice it lies on, or none between slices', () => {
    const image = testImage();
    const own = { ...square(0, 0, 0, 5), referencedSopInstanceUid: '1.2.3.5' };
    const foreign = { ...square(0, 0, 5, 5), referencedSopInstanceUid: '9.9.9' };
    const between = { ...square(0, 0, 7.4, 5), referencedSopInstanceUid: '9.9.8' };
    const found = square(0, 0, -25, 5);
    const rois = [testRoi(1, 'A', { contours: [own, foreign, between, found] }), testRoi(2, 'B', { contours: [own] })];
    const before = { ...testStructures(rois), referencedSeriesUid: '9.9' };
    const after = boundTo(before, image);
    expect(after.referencedSeriesUid).toBe('1.2.3');
    expect(after.referencedImages).toHaveLength(11);
    expect(after.rois[0].contours.map((contour) => contour.referencedSopInstanceUid)).toEqual([
      '1.2.3.5',
      '1.2.3.6',
      undefined,
      '1.2.3.0',
    ]);
    after.rois[0].contours.forEach((contour, index) =>
      expect(contour.points).toBe(before.rois[0].contours[index].points),
    );
    expect(after.rois[1]).toBe(before.rois[1]);
  });
});

it('a contour that runs across the slices lies on none, wherever it begins', () => {
  const sagittal = Float64Array.from([0, -10, 0, 0, 10, 0, 0, 10, 20, 0, -10, 20]);
  expect(sliceIndexOf({ type: 'CLOSED_PLANAR', points: sagittal }, testImage())).toBeNaN();
  expect(sliceIndexOf(square(0, 0, 0, 10), testImage())).toBe(5);
  expect(sliceIndexOf(square(0, 0, 2, 10), testImage())).toBeCloseTo(5.4);
});

describe('long work', () => {
  const forever = (_document: unknown, { signal }: { signal: AbortSignal }): Promise<never> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

  it('shows its progress while it runs', async () => {
    const seen: unknown[] = [];
    const stop = useRunning.subscribe(({ work }) => seen.push(work?.fraction ?? work?.label ?? null));
    expect(await longWork('Test', (_document, { onProgress }) => { onProgress(0.5); return Promise.resolve(7); })).toBe(7); // biome-ignore format: short
    stop();
    expect(seen).toEqual(['Test', 0.5, null]);
  });

  it('cancelled by the user, gives nothing', async () => {
    const running = longWork('Test', forever);
    useRunning.getState().work?.cancel();
    expect(await running).toBeUndefined();
    expect(useRunning.getState().work).toBeNull();
  });

  it('is dropped when another patient is opened', async () => {
    const running = longWork('Test', forever);
    openDocument(testDocument({ patientKey: 'other' }));
    expect(await running).toBeUndefined();
  });

  it('that came to its end all the same is dropped too', async () => {
    let finish: (value: string) => void = () => undefined;
    const work = longWork('Work', () => new Promise<string>((resolve) => (finish = resolve)));
    openDocument(testDocument({ patientKey: 'another' }));
    finish('saved for the first patient');
    expect(await work).toBeUndefined();
  });

  it('runs one at a time', async () => {
    const running = longWork('First', forever);
    const second = vi.fn(() => Promise.resolve(1));
    await expect(longWork('Second', second)).rejects.toThrow('wait for "First"');
    expect(second).not.toHaveBeenCalled();
    useRunning.getState().work?.cancel();
    await running;
  });

  it('passes errors on', async () => {
    await expect(longWork('Test', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(useRunning.getState().work).toBeNull();
  });
});
