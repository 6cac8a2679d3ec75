import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { useStatus } from '#renderer/stores/statusStore.ts';
import { brushTool } from '#renderer/tools/brushTool.ts';
import { setActiveRoi, setBrushRadius, useContouring } from '#renderer/tools/contourStore.ts';
import { useToolFeedback } from '#renderer/tools/feedback.ts';
import { freehandTool } from '#renderer/tools/freehandTool.ts';
import { polygonTool } from '#renderer/tools/polygonTool.ts';
import { ringsOnSlice, sliceOf } from '#renderer/tools/slice.ts';
import type { Roi } from '#shared/model/structures.ts';
import { areaOf, normaliseRings } from '#shared/structures/contours/rings.ts';
import { ringOf } from '#shared/structures/contours/stack.ts';
import { square, testDocument, testImage, testRoi, testStructures } from '../document/documentBuilder.ts';
import { circle, click, drag, pointerAt, viewAt } from './toolDriver.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';

const image = testImage();
const axial = viewAt(image, 'axial', [0, 0, 0]);
const PTV = 2;

const roi = (number: number): Roi => {
  const found = useDocument.getState().document?.structures.rois.find((candidate) => candidate.number === number);
  if (found === undefined) throw new Error(`no ROI ${number}`);
  return found;
};
/** Area in mm² of a ROI on slice k of the test image (slice 5 is z = 0). */
const areaOn = (number: number, k = 5): number =>
  areaOf(normaliseRings(ringsOnSlice(roi(number), image, sliceOf(image, k))));
/** Points around a circle about (x, 50, 0) on the sagittal plane at x. */
const circleAcross = (x: number, radius: number): Vec3[] => circle(50, 0, 0, radius).map(([y, z]) => [x, y, z]);
const edits = (): string[] => useDocument.getState().history.done.map((edit) => edit.name);

beforeEach(() => {
  openDocument(testDocument());
  setActiveRoi(PTV);
  setBrushRadius(10);
  useContouring.setState({ locked: new Set(), brushShape: 'disc', editMode: 'auto', slab: null });
  useToolFeedback.setState({ preview: null, path: null, cursor: null });
  useStatus.setState({ text: '', level: 'info' });
});
afterEach(() => openDocument(null));

describe('freehand', () => {
  it('adds the circled area on the slice in view, at its exact height, naming its image', () => {
    const view = viewAt(image, 'axial', [0, 0, 10]);
    drag(freehandTool(), view, circle(30, 10, 10, 25));
    expect(areaOn(PTV, 7)).toBeGreaterThan(0.99 * Math.PI * 625);
    expect(areaOn(PTV, 7)).toBeLessThan(1.001 * Math.PI * 625);
    const drawn = roi(PTV).contours.filter((contour) => contour.points[2] === 10);
    expect(drawn).toHaveLength(1);
    expect(drawn[0].referencedSopInstanceUid).toBe('1.2.3.7');
    expect(areaOn(PTV, 5)).toBeCloseTo(1600, 6);
    expect(edits()).toEqual(['Draw PTV']);
  });

  it('with Ctrl joins what it overlaps, and undo gives back the very contours of before', () => {
    const before = roi(PTV).contours;
    drag(freehandTool(), axial, circle(20, 0, 0, 15), { ctrlKey: true });
    expect(areaOn(PTV)).toBeCloseTo(1600 + (Math.PI * 225) / 2, -1);
    undo();
    expect(roi(PTV).contours).toBe(before);
  });

  it('with Alt cuts a hole that stays a hole', () => {
    drag(freehandTool(), axial, circle(0, 0, 0, 10), { altKey: true });
    expect(areaOn(PTV)).toBeCloseTo(1600 - Math.PI * 100, -1);
    expect(roi(PTV).contours).toHaveLength(2);
  });

  it('a click without a drag changes nothing', () => {
    click(freehandTool(), axial, [0, 0, 0]);
    expect(edits()).toEqual([]);
    expect(useToolFeedback.getState().path).toBeNull();
  });

  it('shows the line while it is drawn and drops it on cancel', () => {
    const tool = freehandTool();
    tool.onPointerDown(pointerAt(axial, [0, 0, 0]));
    tool.onPointerMove(pointerAt(axial, [30, 0, 0]));
    expect(useToolFeedback.getState().path?.points).toHaveLength(2);
    tool.cancel();
    expect(useToolFeedback.getState().path).toBeNull();
    tool.onPointerUp(pointerAt(axial, [0, 40, 0]));
    expect(edits()).toEqual([]);
  });

  it.each([
    ['from inside out and back', [10, 0, 0], 1600 + 10 * 10],
    ['from outside in and back', [30, 0, 0], 1600 - 10 * 10],
  ] as const)('a line %s corrects the piece of the outline it crosses', (_case, start, area) => {
    // A square bracket across the right edge at x = 20, 10 mm high, 10 mm to the other side.
    const to = 40 - start[0];
    drag(freehandTool(), axial, [start, [start[0], -5, 0], [to, -5, 0], [to, 5, 0], [start[0], 5, 0], start]);
    expect(areaOn(PTV)).toBeCloseTo(area, 0);
    expect(edits()).toEqual(['Draw PTV']);
  });

  it('a line round the whole structure from outside makes it larger, one beside it an island', () => {
    drag(freehandTool(), axial, circle(0, 0, 0, 40));
    expect(areaOn(PTV) / (Math.PI * 1600)).toBeCloseTo(1, 2);
    undo();
    drag(freehandTool(), axial, circle(60, 0, 0, 10));
    expect(areaOn(PTV)).toBeCloseTo(1600 + Math.PI * 100, -1);
  });

  it('the mode overrules where a stroke starts', () => {
    useContouring.setState({ editMode: 'cut' });
    drag(freehandTool(), axial, circle(0, 0, 0, 10));
    expect(areaOn(PTV)).toBeCloseTo(1600 - Math.PI * 100, -1);
    useContouring.setState({ editMode: 'add' });
    drag(freehandTool(), axial, circle(0, 0, 0, 10));
    expect(areaOn(PTV)).toBeCloseTo(1600, 0);
  });
});

describe('planes across the slices', () => {
  it('a rectangle drawn on the coronal plane is a strip of one voxel on each slice it meets', () => {
    const coronal = viewAt(image, 'coronal', [0, 50, 0]);
    const corners: Vec3[] = [[-30, 50, -11], [30, 50, -11], [30, 50, 11], [-30, 50, 11]]; // biome-ignore format: corners
    const tool = polygonTool();
    for (const corner of corners) click(tool, coronal, corner);
    tool.onKey?.('Enter');
    // Slices at z −10, −5, 0, 5, 10; 60 mm wide, a voxel of 10 mm thick; on z = 0 beside the square of 1600 mm².
    expect([2, 3, 4, 5, 6, 7, 8].map((k) => Math.round(areaOn(PTV, k)))).toEqual([0, 600, 600, 2200, 600, 600, 0]);
    expect(edits()).toEqual(['Polygon PTV']);
    expect(roi(PTV).contours.every((contour) => Number.isInteger(contour.points[2] / 5))).toBe(true);
    undo();
    expect(areaOn(PTV, 4)).toBe(0);
  });

  it('the slab can be set', () => {
    useContouring.setState({ slab: 3 });
    drag(freehandTool(), viewAt(image, 'sagittal', [50, 0, 0]), circleAcross(50, 12));
    expect(areaOn(PTV, 5)).toBeCloseTo(1600 + 24 * 3, 0);
    useContouring.setState({ slab: null });
  });

  it('the eraser cuts a groove on the sagittal plane; the preview shows it on all planes meanwhile', () => {
    const sagittal = viewAt(image, 'sagittal', [0, 0, 0]);
    const tool = brushTool('cut');
    setBrushRadius(5);
    tool.onPointerDown(pointerAt(sagittal, [0, -30, 0]));
    tool.onPointerMove(pointerAt(sagittal, [0, 30, 0]));
    const shown = useToolFeedback.getState().preview?.section([0, 0, 0], [0, 0, 1]) ?? [];
    expect(areaOf(shown.map((points) => ringOf({ points }, sliceOf(image, 5))))).toBeCloseTo(1600 - 40 * 10, 0);
    const coronal = useToolFeedback.getState().preview?.section([0, 0, 0], [0, 1, 0]) ?? [];
    expect(coronal).toHaveLength(2);
    tool.onPointerUp(pointerAt(sagittal, [0, 30, 0]));
    expect(areaOn(PTV)).toBeCloseTo(1600 - 40 * 10, 0);
    expect(roi(PTV).contours).toHaveLength(2);
  });

  it('the ball reaches through the slices: discs of its radius there', () => {
    useContouring.setState({ brushShape: 'ball', editMode: 'add' });
    click(brushTool('auto'), viewAt(image, 'axial', [0, 0, 5]), [60, 0, 5]);
    const areas = [4, 5, 6, 7, 8].map((k) => areaOn(PTV, k) - (k === 5 ? 1600 : 0));
    for (const [i, height] of [-10, -5, 0, 5, 10].entries())
      expect(areas[i] / Math.PI).toBeCloseTo(Math.max(0, 100 - height ** 2), -0.5);
  });

  it('what is drawn on an oblique plane is on that plane', () => {
    const turn = Math.SQRT1_2;
    const oblique = planeViewOf({
      id: 'coronal',
      axes: { right: [1, 0, 0], down: [0, turn, -turn], normal: [0, turn, turn] },
      centre: [0, 0, 0],
      scale: 2,
      width: 400,
      height: 400,
    });
    useContouring.setState({ slab: 2, editMode: 'add' });
    setBrushRadius(12);
    click(brushTool('auto'), oblique, [60, 0, 0]);
    // The section of a slab 2 mm thick at 45° is 2·√2 mm thick on the slices.
    expect(areaOn(PTV, 5)).toBeCloseTo(1600 + 24 * 2 * Math.SQRT2, -0.5);
    const above = roi(PTV).contours.filter((contour) => contour.points[2] === 5);
    expect(above).toHaveLength(1);
    for (let i = 0; i < above[0].points.length; i += 3)
      expect(Math.abs(above[0].points[i + 1] + 5)).toBeLessThan(Math.SQRT2 + 0.01);
  });
});

describe('polygon', () => {
  const corners = [
    [-50, -50, 0],
    [-30, -50, 0],
    [-30, -30, 0],
    [-50, -30, 0],
  ] as const;

  it('closes by double click, which does not add its corner twice', () => {
    const tool = polygonTool();
    for (const corner of corners) click(tool, axial, corner);
    click(tool, axial, corners[3]);
    tool.onDoubleClick?.(pointerAt(axial, corners[3]));
    expect(areaOn(PTV)).toBeCloseTo(2000, 3);
    expect(edits()).toEqual(['Polygon PTV']);
  });

  it('closes by Enter, after Backspace took a wrong corner back', () => {
    const tool = polygonTool();
    for (const corner of corners) click(tool, axial, corner);
    click(tool, axial, [60, 60, 0]);
    tool.onKey?.('Backspace');
    tool.onKey?.('Enter');
    expect(areaOn(PTV)).toBeCloseTo(2000, 3);
  });

  it('closes by a click on the first corner', () => {
    const tool = polygonTool();
    for (const corner of corners) click(tool, axial, corner);
    click(tool, axial, corners[0]);
    expect(areaOn(PTV)).toBeCloseTo(2000, 3);
  });

  it('stays on the slice it was begun on', () => {
    const tool = polygonTool();
    for (const corner of corners) click(tool, axial, corner);
    click(tool, viewAt(image, 'axial', [0, 0, 5]), [90, 90, 5]);
    expect(useStatus.getState().text).toContain('another plane');
    tool.onKey?.('Enter');
    expect(areaOn(PTV, 5)).toBeCloseTo(2000, 3);
    expect(areaOn(PTV, 6)).toBe(0);
  });
});

describe('brush', () => {
  it('a dab has the area of its disc', () => {
    const view = viewAt(image, 'axial', [0, 0, 5]);
    click(brushTool('auto'), view, [0, 0, 5]);
    expect(areaOn(PTV, 6) / (Math.PI * 100)).toBeCloseTo(1, 2);
  });

  it('adds when it starts inside, cuts when it starts outside', () => {
    drag(brushTool('auto'), axial, [
      [10, 0, 0],
      [40, 0, 0],
    ]);
    expect(areaOn(PTV)).toBeCloseTo(1600 + 20 * 20 + (Math.PI * 100) / 2, -1);
    undo();
    drag(brushTool('auto'), axial, [
      [40, 0, 0],
      [20, 0, 0],
    ]);
    expect(areaOn(PTV)).toBeCloseTo(1600 - (Math.PI * 100) / 2, -1);
  });

  it('adds an island with Ctrl', () => {
    drag(brushTool('auto'), axial, [[60, 60, 0]], { ctrlKey: true });
    expect(areaOn(PTV)).toBeCloseTo(1600 + Math.PI * 100, -1);
    expect(roi(PTV).contours).toHaveLength(2);
  });

  it('shows during the stroke what it will leave, without touching the document', () => {
    const tool = brushTool('auto');
    const before = useDocument.getState().document;
    tool.onPointerDown(pointerAt(axial, [10, 0, 0]));
    tool.onPointerMove(pointerAt(axial, [40, 0, 0]));
    const { preview } = useToolFeedback.getState();
    const shown = (preview?.section([0, 0, 0], [0, 0, 1]) ?? []).map((points) => ringOf({ points }, sliceOf(image, 5)));
    expect(useDocument.getState().document).toBe(before);
    tool.onPointerUp(pointerAt(axial, [40, 0, 0]));
    expect(areaOf(shown)).toBeCloseTo(areaOn(PTV), 0);
    expect(useToolFeedback.getState().preview).toBeNull();
  });

  it('the eraser cuts even from inside and can empty the slice', () => {
    setBrushRadius(60);
    click(brushTool('cut'), axial, [0, 0, 0]);
    expect(areaOn(PTV)).toBe(0);
    expect(roi(PTV).contours).toHaveLength(0);
  });

  it('Shift + wheel and brackets change the size within its limits; the wheel alone is left to scrolling', () => {
    const tool = brushTool('auto');
    const at = pointerAt(axial, [0, 0, 0]);
    expect(tool.onWheel?.(at, -100)).toBe(false);
    expect(useContouring.getState().brushRadius).toBe(10);
    expect(tool.onWheel?.({ ...at, shiftKey: true }, -100)).toBe(true);
    expect(useContouring.getState().brushRadius).toBeGreaterThan(10);
    for (let i = 0; i < 100; i++) tool.onKey?.('[');
    expect(useContouring.getState().brushRadius).toBe(1);
  });
});

describe('what may be drawn on', () => {
  it.each([
    ['no structure is selected', () => setActiveRoi(null), 'select the structure'],
    ['the structure is locked', () => useContouring.setState({ locked: new Set([PTV]) }), 'PTV: is locked'],
    [
      'its contours lie between slices',
      () =>
        openDocument(
          testDocument({ structures: testStructures([testRoi(PTV, 'PTV', { contours: [square(0, 0, 2.4, 20)] })]) }),
        ),
      'between the slices',
    ],
  ])('refuses and says why when %s', (_case, arrange, reason) => {
    arrange();
    drag(brushTool('auto'), axial, [
      [0, 0, 0],
      [5, 0, 0],
    ]);
    expect(edits()).toEqual([]);
    expect(useStatus.getState().text).toContain(reason);
    expect(useStatus.getState().level).toBe('warning');
  });

  it('an automatic contour corrected by hand is semi-automatic', () => {
    openDocument(
      testDocument({
        structures: testStructures([
          testRoi(PTV, 'PTV', { generationAlgorithm: 'AUTOMATIC', contours: [square(0, 0, 0, 20)] }),
        ]),
      }),
    );
    drag(brushTool('auto'), axial, [
      [0, 0, 0],
      [30, 0, 0],
    ]);
    expect(roi(PTV).generationAlgorithm).toBe('SEMIAUTOMATIC');
  });
});
