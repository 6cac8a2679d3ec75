import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearSlice } from '#renderer/commands/contouring/slices/clearSlice.ts';
import { copySlice } from '#renderer/commands/contouring/slices/copySlice.ts';
import { followDrawnSlices } from '#renderer/commands/contouring/slices/followDrawnSlices.ts';
import { acceptSlice, acceptSlices, rejectSlices } from '#renderer/commands/contouring/slices/interpolatedSlices.ts';
import { storeStructures } from '#renderer/commands/contouring/sets/saveStructures.ts';
import { openDocument, redo, undo, useDocument } from '#renderer/document/store.ts';
import { brushTool } from '#renderer/tools/brushTool.ts';
import { setActiveRoi, setBrushRadius, useContouring } from '#renderer/tools/contourStore.ts';
import { contoursBySlice, ringsOnSlice, sliceOf } from '#renderer/tools/slice.ts';
import { goTo, resetView, useView } from '#renderer/viewports/viewStore.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { drawnOf, interpolatedOf, withInterpolated } from '#shared/structures/drawing/interpolated.ts';
import { interpolateSlices } from '#shared/structures/drawing/interpolateSlices.ts';
import { areaOf, normaliseRings } from '#shared/structures/contours/rings.ts';
import { square, testDocument, testImage, testRoi, testStructures } from '../document/documentBuilder.ts';
import { click, viewAt } from '../tools/toolDriver.ts';

const image = testImage();
const NUMBER = 3;
const roi = (): Roi => {
  const found = useDocument.getState().document?.structures.rois.find(({ number }) => number === NUMBER);
  if (found === undefined) throw new Error('gone');
  return found;
};
const areaOn = (k: number): number => areaOf(normaliseRings(ringsOnSlice(roi(), image, sliceOf(image, k))));
/** Slices with interpolated contours. */
const dashed = (): number[] => [...contoursBySlice(interpolatedOf(roi().contours), image).keys()].sort((a, b) => a - b);
const drawn = (): number[] => [...contoursBySlice(drawnOf(roi().contours), image).keys()].sort((a, b) => a - b);
const edits = (): string[] => useDocument.getState().history.done.map((edit) => edit.name);
/** What the worker does. */
const inPlace: Parameters<typeof followDrawnSlices>[0] = async ({ contours, name }) =>
  interpolateSlices(drawnOf(contours), image, name);
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Squares of half width 20 at z = −20, 0 and 20 mm (slices 1, 5 and 9), interpolated between. */
const sparse: Contour[] = [-20, 0, 20].map((z) => square(0, 0, z, 20));
let stop: () => void = () => undefined;

beforeEach(() => {
  const contours = withInterpolated(sparse, interpolateSlices(sparse, image).contours);
  openDocument(testDocument({ primary: image, structures: testStructures([testRoi(NUMBER, 'Organ', { contours })]) }));
  resetView(image);
  setActiveRoi(NUMBER);
  setBrushRadius(10);
  useContouring.setState({ locked: new Set(), brushShape: 'disc', editMode: 'auto', slab: null });
  stop = followDrawnSlices(inPlace);
});
afterEach(() => {
  stop();
  openDocument(null);
});

describe('interpolated slices', () => {
  it('are accepted one by one, all at once, or rejected; undo takes it back', () => {
    expect(dashed()).toEqual([2, 3, 4, 6, 7, 8]);
    goTo([0, 0, -10]);
    void acceptSlice.perform(NUMBER);
    expect(dashed()).toEqual([2, 4, 6, 7, 8]);
    expect(drawn()).toEqual([1, 3, 5, 9]);
    void acceptSlices.perform(NUMBER);
    expect(dashed()).toEqual([]);
    expect(roi().contours.every((contour) => !('interpolated' in contour))).toBe(true);
    undo();
    void rejectSlices.perform(NUMBER);
    expect(drawn()).toEqual([1, 3, 5, 9]);
    expect(dashed()).toEqual([]);
    expect(edits()).toEqual(['Accept a slice of Organ', 'Reject slices of Organ']);
    goTo([0, 0, 0]);
    expect(() => acceptSlice.perform(NUMBER)).toThrow('nothing on this slice is interpolated');
  });

  it('drawing on one accepts it', async () => {
    click(brushTool('auto'), viewAt(image, 'axial', [0, 0, 10]), [20, 0, 10]);
    await settled();
    expect(drawn()).toEqual([1, 5, 7, 9]);
    expect(dashed()).toEqual([2, 3, 4, 6, 8]);
  });

  it('follow an edit of a drawn slice, and one undo takes back both', async () => {
    const before = areaOn(4);
    expect(before).toBeCloseTo(1600, -1);
    click(brushTool('auto'), viewAt(image, 'axial', [0, 0, 0]), [19, 0, 0]);
    expect(areaOn(4)).toBeCloseTo(before, 6);
    await settled();
    expect(areaOn(5)).toBeGreaterThan(1700);
    expect(areaOn(4)).toBeGreaterThan(before + 50);
    expect(areaOn(2)).toBeLessThan(areaOn(4));
    expect(edits()).toEqual(['Brush Organ']);
    undo();
    await settled();
    expect(areaOn(4)).toBeCloseTo(before, 6);
    redo();
    await settled();
    expect(areaOn(4)).toBeGreaterThan(before + 50);
    expect(dashed()).toEqual([2, 3, 4, 6, 7, 8]);
  });

  it('fill the place of a drawn slice that is cleared; beyond the last drawn one they go', async () => {
    goTo([0, 0, 0]);
    void clearSlice.perform(NUMBER);
    await settled();
    expect(drawn()).toEqual([1, 9]);
    expect(dashed()).toEqual([2, 3, 4, 5, 6, 7, 8]);
    undo();
    goTo([0, 0, 20]);
    void clearSlice.perform(NUMBER);
    await settled();
    expect(drawn()).toEqual([1, 5]);
    expect(dashed()).toEqual([2, 3, 4]);
  });

  it('are not stored before somebody accepted or rejected them', async () => {
    const { document } = useDocument.getState();
    if (document === null) throw new Error('no document');
    await expect(storeStructures(document)).rejects.toThrow('has interpolated slices');
  });
});

describe('copying a slice', () => {
  it('puts it on the next one in place of what is there, and goes there', () => {
    goTo([0, 0, 20]);
    void copySlice.perform(NUMBER, 'head');
    expect(useView.getState().crosshair[2]).toBe(25);
    expect(areaOn(10)).toBeCloseTo(1600, 6);
    const copy = roi().contours.find((contour) => contour.points[2] === 25);
    expect(copy?.referencedSopInstanceUid).toBe('1.2.3.10');
    expect(() => copySlice.perform(NUMBER, 'head')).toThrow('last slice');
    void copySlice.perform(NUMBER, 'feet');
    expect(areaOn(9)).toBeCloseTo(1600, 6);
    expect(edits()).toEqual(['Copy slice of Organ', 'Copy slice of Organ']);
  });
});
