import { beforeEach, describe, expect, it } from 'vitest';
import { searchOf, segmentTarget, setContours } from '#renderer/commands/contouring/segment/segmentTarget.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { lockRoi } from '#renderer/commands/contouring/lockRoi.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { scribbleTool } from '#renderer/tools/segment/scribbleTool.ts';
import { forgetSegment, useSegment } from '#renderer/tools/segment/segmentStore.ts';
import { rangePixels } from '#renderer/viewports/painters/contours/segmentPainter.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import { square, testDocument, testImage } from '../document/documentBuilder.ts';
import { drag, viewAt } from './toolDriver.ts';

const image = testImage();
const middle = indexToPatient(image, [image.dims[0] >> 1, image.dims[1] >> 1, image.dims[2] >> 1]);

beforeEach(() => {
  openDocument(testDocument());
  useContouring.setState({ activeRoi: 2, locked: new Set() });
  useSegment.setState({ within: null, merge: 'replace', label: 'object', scribbles: [], scribbleRadius: 2 });
});

describe('scribbles', () => {
  const view = viewAt(image, 'sagittal', middle);
  const path = [middle, [middle[0], middle[1] + 3, middle[2]], [middle[0], middle[1] + 6, middle[2] + 1]] as const;

  it('are lines in patient space, on any plane; Alt turns object into background', () => {
    const tool = scribbleTool();
    drag(tool, view, path);
    drag(tool, view, path.slice(0, 2), { altKey: true });
    const [object, background] = useSegment.getState().scribbles;
    expect(object).toMatchObject({ label: 'object', radius: 2 });
    object.points.forEach((point, n) => point.forEach((value, axis) => expect(value).toBeCloseTo(path[n][axis], 6)));
    expect(background).toMatchObject({ label: 'background' });
    expect(background.points).toHaveLength(2);
  });

  it('Backspace takes the last one back, cancelling drops the one being drawn', () => {
    const tool = scribbleTool();
    drag(tool, view, path);
    expect(tool.onKey?.('Backspace')).toBe(true);
    expect(useSegment.getState().scribbles).toHaveLength(0);
    expect(tool.onKey?.('Backspace')).toBe(false);
    tool.onPointerDown({ view, x: 0, y: 0, point: middle, button: 0, shiftKey: false, ctrlKey: false, altKey: false });
    tool.cancel();
    expect(useSegment.getState().scribbles).toHaveLength(0);
  });
});

describe('the structure segmented into', () => {
  it('is the selected one, unless locked or none', () => {
    expect(segmentTarget().name).toBe('PTV');
    void lockRoi.perform(2);
    expect(segmentTarget).toThrow(/locked/);
    useContouring.setState({ activeRoi: null });
    expect(segmentTarget).toThrow(/select or add/);
  });

  it('stays within the chosen structure while there is one', () => {
    useSegment.setState({ within: 1, merge: 'add' });
    const target = segmentTarget();
    expect(searchOf(target).within).toBe(useDocument.getState().document?.structures.rois[0].contours);
    expect(searchOf(target).merge).toEqual({ mode: 'add', old: target.contours });
    useSegment.setState({ within: 99 });
    expect(() => searchOf(target)).toThrow(/no longer there/);
  });

  it('gets its contours in one undoable edit, but not over an edit made in the meantime', () => {
    const target = segmentTarget();
    setContours('Grow', target, [square(0, 0, 0, 5)]);
    expect(segmentTarget()).toMatchObject({
      generationAlgorithm: 'SEMIAUTOMATIC',
      contours: [{ type: 'CLOSED_PLANAR' }],
    });
    expect(() => setContours('Grow', target, [square(0, 0, 0, 6)])).toThrow(/changed in the meantime/);
    undo();
    expect(segmentTarget().contours).toBe(target.contours);
    expect(() => setContours('Grow', target, [])).toThrow(/nothing is left/);
  });

  it('what was chosen for a patient goes with it', () => {
    useSegment.setState({ within: 1, preview: true });
    forgetSegment();
    expect(useSegment.getState()).toMatchObject({ within: null, preview: false, scribbles: [] });
  });
});

describe('the preview', () => {
  it('colours the pixels whose voxel lies in the range', () => {
    const [nx] = image.dims;
    const data = image.data.map((_, p) => (p % nx < nx / 2 ? 100 : 0));
    const around = { ...image, data, slope: 1, intercept: 0 };
    const { width, height, pixels } = rangePixels(around, viewAt(image, 'axial', middle), 50, 150, 4);
    const alphaAt = (column: number): number => pixels[4 * (width * (height >> 1) + column) + 3];
    // Two pixels per mm, a sample every 4 pixels: half an image to either side of the middle.
    const aside = Math.round((nx / 4) * image.spacing[0] * 0.5);
    expect(alphaAt((width >> 1) - aside)).toBeGreaterThan(0);
    expect(alphaAt((width >> 1) + aside)).toBe(0);
  });
});
