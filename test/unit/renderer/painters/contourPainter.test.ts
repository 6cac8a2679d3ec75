import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDocument } from '#renderer/document/store.ts';
import { useToolFeedback } from '#renderer/tools/feedback.ts';
import { contourPainter } from '#renderer/viewports/painters/contours/contourPainter.ts';
import { setRoiVisible, useContourView } from '#renderer/viewports/painters/contours/contourView.ts';
import type { PlaneId } from '#renderer/viewports/plane/planeView.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Roi } from '#shared/model/structures.ts';
import { square, testDocument, testImage, testRoi, testStructures } from '../document/documentBuilder.ts';
import { viewAt } from '../tools/toolDriver.ts';
import { boxOf, type Drawn, recorder } from './recorder.ts';

const image = testImage();
const GREEN = 'rgba(0, 255, 0, 1)';
const box = (changes: Partial<Roi> = {}): Roi =>
  testRoi(3, 'Box', { color: [0, 255, 0], contours: [-5, 0, 5].map((z) => square(20, 10, z, 15)), ...changes });
const open = (...rois: Roi[]): void => openDocument(testDocument({ primary: image, structures: testStructures(rois) }));

function paint(plane: PlaneId, centre: Vec3): Drawn[] {
  const { context, drawn } = recorder();
  contourPainter.paint(context, viewAt(image, plane, centre));
  return drawn;
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  useContourView.setState({ hidden: new Set(), fillOpacity: 0, names: false });
  useToolFeedback.setState({ preview: null, path: null, cursor: null });
  open(box());
});
afterEach(() => {
  openDocument(null);
  vi.unstubAllGlobals();
});

describe('contour painter (400 × 400 pixels, 2 pixels per mm)', () => {
  it('draws contours on their slice where they are: x 5…35 mm, y −5…25 mm', () => {
    expect(boxOf(paint('axial', [0, 0, 0]), GREEN)).toEqual([210, 190, 270, 250]);
  });

  it('draws sections on the other planes: half a slice beyond the outer contours, head up', () => {
    expect(boxOf(paint('sagittal', [20, 0, 0]), GREEN)).toEqual([190, 185, 250, 215]);
    expect(boxOf(paint('coronal', [0, 10, 0]), GREEN)).toEqual([210, 185, 270, 215]);
  });

  it('draws nothing where the ROI is not', () => {
    expect(paint('axial', [0, 0, 20])).toEqual([]);
    expect(paint('sagittal', [60, 0, 0])).toEqual([]);
  });

  it('dashes a slice that lies between two contour planes, and only that', () => {
    open(box({ contours: [-10, 0, 10].map((z) => square(20, 10, z, 15)) }));
    expect(paint('axial', [0, 0, 5]).map((item) => item.dashed)).toEqual([true]);
    expect(paint('axial', [0, 0, 10]).map((item) => item.dashed)).toEqual([false]);
  });

  it('leaves out hidden ROIs', () => {
    setRoiVisible(3, false);
    expect(paint('axial', [0, 0, 0])).toEqual([]);
  });

  it('fills under the even–odd rule and names when asked', () => {
    useContourView.setState({ fillOpacity: 0.3, names: true });
    const drawn = paint('axial', [0, 0, 0]);
    expect(drawn.map((item) => item.kind)).toEqual(['fill', 'stroke', 'text']);
    expect(drawn[0].style).toBe('rgba(0, 255, 0, 0.3)');
    expect(drawn[2].text).toBe('Box');
  });

  it('leaves a structure that a tool is drawing on to the preview, the others not', () => {
    open(box(), box({ number: 4 }));
    useToolFeedback.setState({ preview: { roiNumber: 3, color: [0, 255, 0], section: () => [] } });
    for (const z of [0, 5]) expect(paint('axial', [0, 0, z])).toHaveLength(1);
  });

  it('draws points within half a slice', () => {
    open(testRoi(3, 'Marker', { color: [0, 255, 0], contours: [{ type: 'POINT', points: Float64Array.of(0, 0, 1) }] }));
    expect(boxOf(paint('axial', [0, 0, 0]), GREEN)).toEqual([196, 196, 204, 204]);
    expect(boxOf(paint('axial', [0, 0, 5]), GREEN)).toBeUndefined();
  });

  it('a ROI whose contours have no geometry does not keep the others from being drawn', () => {
    const broken = testRoi(4, 'Broken', {
      contours: [{ type: 'CLOSED_PLANAR', points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, Number.NaN, 0) }],
    });
    open(broken, box());
    expect(boxOf(paint('axial', [0, 0, 0]), GREEN)).toEqual([210, 190, 270, 250]);
  });

  it('of 5,000 contours only the slice in view is traced', () => {
    const many = Array.from({ length: 5000 }, (_, i) => square((i % 25) - 12, 0, (i % 200) * 0.25 - 25, 3 + (i % 7)));
    open(box({ contours: many }));
    paint('axial', [0, 0, 0]);
    const corners = paint('axial', [0, 0, 0]).flatMap((item) => item.paths.flat());
    expect(corners.length).toBeGreaterThan(0);
    expect(corners.length).toBeLessThanOrEqual(4 * 25);
  });
});
