import { beforeEach, describe, expect, it } from 'vitest';
import { crosshairLines, handleAt, handlesOf, lineTowards } from '#renderer/viewports/plane/crosshairLines.ts';
import { gridCentre, planeAxes } from '#renderer/viewports/plane/planes.ts';
import type { PlaneId, PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { cameraThrough, planeViewOf } from '#renderer/viewports/plane/projection.ts';
import { shownAxes, shownPoint, tiltAngle } from '#renderer/viewports/plane/tilt.ts';
import { beginTurn, straighten, turnTo } from '#renderer/viewports/plane/turnPlane.ts';
import { goTo, resetView, scrollPlane, useView } from '#renderer/viewports/viewStore.ts';
import { add, cross, dot, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { AXIAL, type Grid } from '#shared/geometry/volume.ts';

const grid: Grid = { dims: [101, 81, 41], spacing: [2, 2, 3], origin: [-100, -80, -60], direction: AXIAL };

/** The view as a plane host makes it, 400 × 400 pixels at 2 pixels per mm. */
function viewOf(id: PlaneId): PlaneView {
  const { crosshair, framing, tilts } = useView.getState();
  const axes = shownAxes(grid, id, tilts);
  const { pan } = framing[id];
  const centre = add(gridCentre(grid), add(scale(axes.right, pan[0]), scale(axes.down, pan[1])));
  const through = shownPoint(grid, id, tilts, crosshair);
  return planeViewOf(cameraThrough({ id, axes, centre, scale: 2, width: 400, height: 400 }, through));
}

/** Takes the coronal plane's line in the axial view to its right and drags it `degrees` round the crosshair. */
function turnCoronal(degrees: number, inSteps = false): void {
  const view = viewOf('axial');
  const [x, y] = view.toCanvas(useView.getState().crosshair);
  const turn = beginTurn(view, 'coronal', x + 100, y);
  if (turn === undefined) throw new Error('nothing to turn');
  const angle = (degrees * Math.PI) / 180;
  turnTo(view, turn, x + 50 * Math.cos(angle), y + 50 * Math.sin(angle), inSteps);
}

const close = (a: Vec3, b: Vec3): void => {
  for (const i of [0, 1, 2]) expect(a[i]).toBeCloseTo(b[i], 9);
};

beforeEach(() => {
  resetView(grid);
  goTo([20, -16, 12]);
});

describe('a tilted plane', () => {
  it('turns with its line about the crosshair and stays right-handed', () => {
    turnCoronal(30);
    const { right, down, normal } = shownAxes(grid, 'coronal', useView.getState().tilts);
    // Clockwise on the axial view (from the patient's left towards posterior).
    close(right, [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6), 0]);
    close(down, [0, 0, -1]);
    close(cross(right, down), normal);
    const tilt = useView.getState().tilts.coronal;
    expect(tilt === null ? 0 : tiltAngle(grid, 'coronal', tilt)).toBeCloseTo(30, 6);
  });

  it('goes through the crosshair, which stays where it was on the canvas', () => {
    const before = viewOf('coronal').toCanvas(useView.getState().crosshair);
    turnCoronal(30);
    const view = viewOf('coronal');
    const { crosshair } = useView.getState();
    expect(dot(subtract(crosshair, view.point), view.normal)).toBeCloseTo(0, 9);
    const after = view.toCanvas(crosshair);
    for (const i of [0, 1]) expect(after[i]).toBeCloseTo(before[i], 6);
  });

  it('follows a click to the very point; the others show the slice nearest to it', () => {
    turnCoronal(20);
    const view = viewOf('coronal');
    const point = view.toPatient(263, 147);
    goTo(point);
    close(useView.getState().crosshair, point);
    expect(dot(subtract(point, viewOf('coronal').point), view.normal)).toBeCloseTo(0, 9);
    for (const plane of ['axial', 'sagittal'] as const) {
      const axes = planeAxes(grid, plane);
      const slice = (dot(viewOf(plane).point, axes.through) - axes.first) / axes.step;
      expect(slice).toBeCloseTo(Math.round(slice), 9);
      expect(Math.abs(dot(subtract(point, viewOf(plane).point), axes.through))).toBeLessThanOrEqual(axes.step / 2);
    }
  });

  it('scrolls along its normal by the voxel there and not out of the image', () => {
    turnCoronal(90);
    const { through, step } = shownAxes(grid, 'coronal', useView.getState().tilts);
    expect(step).toBeCloseTo(2, 9);
    const before = useView.getState().crosshair;
    scrollPlane('coronal', 3);
    close(useView.getState().crosshair, add(before, scale(through, 6)));
    scrollPlane('coronal', 1000);
    close(useView.getState().crosshair, add(before, scale(through, 6)));
  });

  it('goes back: by turning it back, or all at once with the framing of before', () => {
    const framing = useView.getState().framing.coronal;
    turnCoronal(25);
    turnCoronal(-25);
    expect(useView.getState().tilts.coronal).toBeNull();
    turnCoronal(40);
    straighten('coronal');
    expect(useView.getState().tilts.coronal).toBeNull();
    for (const i of [0, 1]) expect(useView.getState().framing.coronal.pan[i]).toBeCloseTo(framing.pan[i], 9);
    resetView(grid);
    expect(useView.getState().tilts.coronal).toBeNull();
  });

  it('turns in steps of 5° with Shift', () => {
    turnCoronal(32, true);
    const tilt = useView.getState().tilts.coronal;
    expect(tilt === null ? 0 : tiltAngle(grid, 'coronal', tilt)).toBeCloseTo(30, 6);
  });
});

describe('crosshair lines', () => {
  it('are upright and level through the crosshair, and turn with their plane', () => {
    const [x, y] = viewOf('axial').toCanvas(useView.getState().crosshair);
    const lineOf = (plane: PlaneId) => crosshairLines(viewOf('axial')).find((line) => line.plane === plane);
    expect(Math.abs(lineOf('sagittal')?.along[0] ?? 1)).toBeCloseTo(0, 12);
    expect(Math.abs(lineOf('coronal')?.along[1] ?? 1)).toBeCloseTo(0, 12);
    expect(lineOf('coronal')?.at).toEqual([x, y]);
    turnCoronal(30);
    const along = lineOf('coronal')?.along ?? [0, 0];
    expect(along[1] / along[0]).toBeCloseTo(Math.tan(Math.PI / 6), 9);
  });

  it('are taken by their handles, or by the line nearest to the pointer', () => {
    const view = viewOf('axial');
    const [x, y] = view.toCanvas(useView.getState().crosshair);
    expect(handleAt(view, x, y)).toBeUndefined();
    const [line] = crosshairLines(view);
    const [[hx, hy]] = handlesOf(view, line);
    expect(handleAt(view, hx + 5, hy - 5)?.plane).toBe(line.plane);
    expect(lineTowards(view, x + 80, y + 10)?.plane).toBe('coronal');
    expect(lineTowards(view, x + 5, y - 60)?.plane).toBe('sagittal');
  });
});
