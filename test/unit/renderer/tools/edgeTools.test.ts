import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDocument, useDocument } from '#renderer/document/store.ts';
import { useStatus } from '#renderer/stores/statusStore.ts';
import { setActiveRoi, setBrushRadius, useContouring } from '#renderer/tools/contourStore.ts';
import { useToolFeedback } from '#renderer/tools/feedback.ts';
import { livewireTool } from '#renderer/tools/livewireTool.ts';
import { nudgeTool } from '#renderer/tools/nudgeTool.ts';
import { ringsOnSlice, sliceOf } from '#renderer/tools/slice.ts';
import { smartBrushTool } from '#renderer/tools/smartBrushTool.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { areaOf, isInside, normaliseRings } from '#shared/structures/contours/rings.ts';
import { square, testDocument, testImage, testRoi, testStructures } from '../document/documentBuilder.ts';
import { click, drag, pointerAt, viewAt } from './toolDriver.ts';

/** A ball of radius 30 mm, 60 HU in −100 HU, its edge blurred over about 2 mm; 121 × 121 × 61 voxels of 1 × 1 × 2 mm. */
function ballImage(): ImageVolume {
  const dims = [121, 121, 61] as const;
  const data = new Int16Array(dims[0] * dims[1] * dims[2]);
  for (let k = 0, p = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, p++)
        data[p] = Math.round(-100 + 160 / (1 + Math.exp((Math.hypot(i - 60, j - 60, 2 * (k - 30)) - 30) / 0.7)));
  return { ...testImage(), dims, spacing: [1, 1, 2], origin: [-60, -60, -60], data, slices: [] };
}

const image = ballImage();
const NUMBER = 3;
const open = (contours: readonly Contour[] = []): void =>
  openDocument(testDocument({ primary: image, structures: testStructures([testRoi(NUMBER, 'Ball', { contours })]) }));
const roi = (): Roi => {
  const found = useDocument.getState().document?.structures.rois.find(({ number }) => number === NUMBER);
  if (found === undefined) throw new Error('gone');
  return found;
};
const areaOn = (z: number): number => areaOf(normaliseRings(ringsOnSlice(roi(), image, sliceOf(image, 30 + z / 2))));
const edits = (): string[] => useDocument.getState().history.done.map((edit) => edit.name);

beforeEach(() => {
  open();
  setActiveRoi(NUMBER);
  setBrushRadius(12);
  useContouring.setState({ locked: new Set(), brushShape: 'disc', editMode: 'auto', slab: null });
  useToolFeedback.setState({ preview: null, path: null, cursor: null });
});
afterEach(() => openDocument(null));

describe('livewire', () => {
  const at = (degrees: number, radius = 32): Vec3 => {
    const angle = (degrees * Math.PI) / 180;
    return [radius * Math.cos(angle), radius * Math.sin(angle), 0];
  };

  it('four clicks near the edge of a disc and Enter outline it', () => {
    const axial = viewAt(image, 'axial', [0, 0, 0]);
    const tool = livewireTool();
    for (const degrees of [0, 90, 180, 270]) click(tool, axial, at(degrees));
    tool.onPointerMove(pointerAt(axial, at(315)));
    expect(useToolFeedback.getState().path?.vertices).toHaveLength(4);
    tool.onKey?.('Enter');
    // Half a pixel of a radius of 30 is 3 % of the area.
    expect(Math.abs(areaOn(0) / (Math.PI * 900) - 1)).toBeLessThan(0.03);
    expect(edits()).toEqual(['Livewire Ball']);
  });

  it('works on the coronal plane, and Backspace takes a click back', () => {
    const coronal = viewAt(image, 'coronal', [0, 0, 0]);
    const across = (degrees: number): Vec3 => {
      const [x, z] = at(degrees);
      return [x, 0, z];
    };
    const tool = livewireTool();
    for (const degrees of [0, 90, 180]) click(tool, coronal, across(degrees));
    click(tool, coronal, [0, 0, 0]);
    tool.onKey?.('Backspace');
    click(tool, coronal, across(270));
    tool.onDoubleClick?.(pointerAt(coronal, across(270)));
    // A strip of a voxel's 1 mm on each slice, as wide as the ball there.
    for (const z of [0, 10, -20]) expect(areaOn(z)).toBeCloseTo(2 * Math.sqrt(900 - z * z), -0.5);
  });
});

describe('smart brush', () => {
  it('keeps to the tissue it started on', () => {
    const axial = viewAt(image, 'axial', [0, 0, 0]);
    drag(smartBrushTool(), axial, [[24, 0, 0], [27, 3, 0], [24, 6, 0]]); // biome-ignore format: a path
    const rings = ringsOnSlice(roi(), image, sliceOf(image, 30));
    expect(isInside(rings, 27, 3)).toBe(true);
    for (const ring of rings)
      for (let i = 0; i < ring.length; i += 2) expect(Math.hypot(ring[i], ring[i + 1])).toBeLessThan(31);
    expect(edits()).toEqual(['Smart brush Ball']);
  });

  it('as a ball keeps to it through the slices', () => {
    useContouring.setState({ brushShape: 'ball' });
    setBrushRadius(40);
    click(smartBrushTool(), viewAt(image, 'axial', [0, 0, 0]), [0, 0, 0]);
    for (const z of [-20, 0, 16]) expect(Math.abs(areaOn(z) / (Math.PI * (900 - z * z)) - 1)).toBeLessThan(0.04);
    expect(areaOn(34)).toBe(0);
  });
});

describe('nudge', () => {
  it('pushes the outline on the slice in view; the preview shows it before', () => {
    open([square(0, 0, 0, 20)]);
    const axial = viewAt(image, 'axial', [0, 0, 0]);
    const tool = nudgeTool();
    tool.onPointerDown(pointerAt(axial, [20, 0, 0]));
    tool.onPointerMove(pointerAt(axial, [22, 0, 0]));
    tool.onPointerMove(pointerAt(axial, [25, 0, 0]));
    expect(useToolFeedback.getState().preview?.section([0, 0, 0], [0, 0, 1])).toHaveLength(1);
    expect(areaOn(0)).toBeCloseTo(1600, 6);
    tool.onPointerUp(pointerAt(axial, [25, 0, 0]));
    expect(areaOn(0)).toBeGreaterThan(1640);
    expect(isInside(ringsOnSlice(roi(), image, sliceOf(image, 30)), 24.5, 0)).toBe(true);
    expect(edits()).toEqual(['Nudge Ball']);
  });

  it('across the slices pushes in the slab only', () => {
    open([-4, -2, 0, 2, 4].map((z) => square(0, 0, z, 20)));
    const coronal = viewAt(image, 'coronal', [0, 0, 0]);
    drag(nudgeTool(), coronal, [[20, 0, 0], [25, 0, 0]]); // biome-ignore format: a path
    const rings = ringsOnSlice(roi(), image, sliceOf(image, 30));
    expect(isInside(rings, 24, 0)).toBe(true);
    expect(isInside(rings, 24, 1)).toBe(false);
    expect(areaOn(0)).toBeCloseTo(1600 + 5, -0.5);
  });

  it('says when there is nothing to push', () => {
    click(nudgeTool(), viewAt(image, 'axial', [0, 0, 10]), [0, 0, 10]);
    expect(useStatus.getState().text).toContain('no outline here');
    expect(edits()).toEqual([]);
  });
});
