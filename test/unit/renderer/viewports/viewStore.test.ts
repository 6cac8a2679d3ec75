import { beforeEach, describe, expect, it } from 'vitest';
import { fitPlanes, frame, goTo, resetView, scrollPlane, useView } from '#renderer/viewports/viewStore.ts';
import { AXIAL, type Grid } from '#shared/geometry/volume.ts';

const grid: Grid = { dims: [101, 81, 41], spacing: [2, 2, 3], origin: [-100, -80, -60], direction: AXIAL };
const crosshair = () => useView.getState().crosshair;

beforeEach(() => resetView(grid));

describe('view state', () => {
  it('starts at the centre of the image, fitted', () => {
    frame('axial', { zoom: 3, pan: [5, 5] });
    resetView(grid);
    expect(crosshair()).toEqual([0, 0, 0]);
    expect(useView.getState().framing.axial).toEqual({ zoom: 1, pan: [0, 0] });
  });

  it('puts the crosshair on voxel centres, so that no plane lies between two slices', () => {
    goTo([10.9, -7.2, 4.6]);
    expect(crosshair()).toEqual([10, -8, 6]);
  });

  it('stays inside the image', () => {
    goTo([1e4, -1e4, 1e4]);
    expect(crosshair()).toEqual([100, -80, 60]);
  });

  it('scrolls whole slices of one plane and stops at the ends', () => {
    scrollPlane('axial', 2);
    expect(crosshair()).toEqual([0, 0, 6]);
    scrollPlane('sagittal', -1);
    expect(crosshair()).toEqual([-2, 0, 6]);
    scrollPlane('coronal', 999);
    expect(crosshair()).toEqual([-2, 80, 6]);
    scrollPlane('axial', -999);
    expect(crosshair()[2]).toBe(-60);
  });

  it('fits all planes again', () => {
    frame('coronal', { zoom: 2, pan: [1, 2] });
    fitPlanes();
    expect(useView.getState().framing.coronal.zoom).toBe(1);
  });

  it('does nothing without an image', () => {
    resetView(null);
    goTo([1, 2, 3]);
    scrollPlane('axial', 1);
    expect(crosshair()).toEqual([0, 0, 0]);
  });
});
