import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changeRoi } from '#renderer/commands/contouring/changeRoi.ts';
import { deriveRoi, followAgain, unlinkRoi } from '#renderer/commands/contouring/derive/deriveRoi.ts';
import { followSources } from '#renderer/commands/contouring/derive/followSources.ts';
import { replaceRoi } from '#renderer/commands/contouring/rois.ts';
import type { rederiveRois } from '#renderer/compute/structures/frontend.ts';
import { editDocument, openDocument, redo, undo, useDocument } from '#renderer/document/store.ts';
import { useToasts } from '#renderer/kit/toast.ts';
import type { Roi } from '#shared/model/structures.ts';
import { derivationStatuses } from '#shared/structures/derivation/derivation.ts';
import { rederive } from '#shared/structures/derivation/rederive.ts';
import { square, testDocument, testRoi, testStructures } from '../document/documentBuilder.ts';

const rois = (): readonly Roi[] => useDocument.getState().document?.structures.rois ?? [];
const named = (name: string): Roi => rois().find((roi) => roi.name === name) ?? testRoi(0, 'none');
const state = (name: string): string | undefined => derivationStatuses(rois()).get(named(name).number)?.state;
const width = (name: string): number => {
  const xs = named(name).contours.flatMap(({ points }) => [...points].filter((_, at) => at % 3 === 0));
  return Math.max(...xs) - Math.min(...xs);
};
const draw = (name: string, half: number): void =>
  replaceRoi(`Draw ${name}`, named(name).number, (roi) => ({
    ...roi,
    contours: [-5, 0, 5].map((z) => square(0, 0, z, half)),
  }));

/** The worker's work, at once: the seam is the asynchronous call, not the thread. */
const compute: typeof rederiveRois = (due, set, image) =>
  Promise.resolve(
    rederive(
      due.map(({ number }) => number),
      set,
      image,
    ),
  );
const settled = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(50);
};

describe('live structures in the document', () => {
  let stop: () => void;
  beforeEach(() => {
    vi.useFakeTimers();
    useToasts.setState({ toasts: [] });
    openDocument(testDocument({ structures: testStructures([testRoi(1, 'GTV', { type: 'GTV' })]) }));
    stop = followSources(compute, 20);
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  it('are made, follow their source in its own undo step, and come back with undo and redo', async () => {
    draw('GTV', 20);
    await deriveRoi.perform('PTV', 'PTV', 'margin(GTV, 10)');
    await settled();
    expect(width('PTV')).toBeCloseTo(60, 0);
    expect(state('PTV')).toBe('current');
    draw('GTV', 30);
    expect(state('PTV')).toBe('stale');
    await settled();
    expect(width('PTV')).toBeCloseTo(80, 0);
    expect(useDocument.getState().history.done.map(({ name }) => name)).toEqual(['Draw GTV', 'Derive PTV', 'Draw GTV']);
    undo();
    await settled();
    expect([width('GTV'), state('PTV')]).toEqual([40, 'current']);
    expect(width('PTV')).toBeCloseTo(60, 0);
    redo();
    await settled();
    expect([width('GTV'), state('PTV')]).toEqual([60, 'current']);
    expect(width('PTV')).toBeCloseTo(80, 0);
    undo();
    undo();
    expect(rois().map(({ name }) => name)).toEqual(['GTV']);
  });

  it('that were not made in time follow after undo, and redo is not lost', async () => {
    draw('GTV', 20);
    await deriveRoi.perform('PTV', 'PTV', 'margin(GTV, 10)');
    await settled();
    draw('GTV', 30);
    draw('GTV', 40);
    await settled();
    expect(width('PTV')).toBeCloseTo(100, 0);
    undo();
    expect(state('PTV')).toBe('stale');
    await settled();
    expect(width('PTV')).toBeCloseTo(80, 0);
    redo();
    await settled();
    expect(width('PTV')).toBeCloseTo(100, 0);
    undo();
    expect(width('PTV')).toBeCloseTo(80, 0);
  });

  it('drop what was computed for contours that are no longer there', async () => {
    stop();
    const answers: (() => void)[] = [];
    stop = followSources(
      (due, set, image) =>
        new Promise((resolve) =>
          answers.push(() =>
            resolve(
              rederive(
                due.map(({ number }) => number),
                set,
                image,
              ),
            ),
          ),
        ),
      20,
    );
    draw('GTV', 20);
    await deriveRoi.perform('PTV', 'PTV', 'margin(GTV, 10)');
    await settled();
    draw('GTV', 30);
    answers[0]();
    await settled();
    expect(named('PTV').contours).toEqual([]);
    answers[1]();
    await settled();
    expect(width('PTV')).toBeCloseTo(80, 0);
  });

  it('edited by hand are overridden, which is said, until they are told to follow again', async () => {
    draw('GTV', 20);
    await deriveRoi.perform('PTV', 'PTV', 'margin(GTV, 10)');
    await settled();
    draw('PTV', 50);
    expect(state('PTV')).toBe('overridden');
    expect(useToasts.getState().toasts.at(-1)?.text).toContain('PTV was edited by hand');
    draw('GTV', 30);
    await settled();
    expect(width('PTV')).toBe(100);
    await followAgain.perform(named('PTV').number);
    await settled();
    expect(width('PTV')).toBeCloseTo(80, 0);
    expect(state('PTV')).toBe('current');
    undo();
    expect([width('PTV'), state('PTV')]).toEqual([100, 'overridden']);
  });

  it('keep the name of a renamed source, lose their recipe by unlinking, and refuse circles and unknown names', async () => {
    draw('GTV', 20);
    await deriveRoi.perform('PTV', 'PTV', 'margin(GTV, 10)');
    await settled();
    await changeRoi.perform(named('GTV').number, { name: 'GTV p' });
    await settled();
    expect([named('PTV').derivation?.recipe, state('PTV')]).toEqual(['margin("GTV p", 10)', 'current']);
    expect(() => deriveRoi.perform('GTV p', 'GTV', 'margin(PTV, 1)')).toThrow('← ');
    expect(() => deriveRoi.perform('CTV', 'CTV', 'margin(GTV, 1)')).toThrow('no structure GTV');
    await unlinkRoi.perform(named('PTV').number);
    expect(named('PTV').derivation).toBeUndefined();
    expect(width('PTV')).toBeCloseTo(60, 0);
  });

  it('stale since they were opened stay so without an edit', async () => {
    draw('GTV', 20);
    await deriveRoi.perform('PTV', 'PTV', 'margin(GTV, 10)');
    const { document } = useDocument.getState();
    if (document === null) throw new Error('no document');
    openDocument(document);
    await settled();
    expect([state('PTV'), named('PTV').contours.length]).toEqual(['stale', 0]);
    editDocument('Something else', ({ structures }) => ({ structures: { ...structures, label: 'X' } }));
    await settled();
    expect(state('PTV')).toBe('stale');
  });
});
