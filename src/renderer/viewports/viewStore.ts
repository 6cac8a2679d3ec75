import { create } from 'zustand';
import type { Grid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { clampToGrid, gridCentre, onSlice, planeAxes, sliceIndexOf } from './planes.ts';
import type { PlaneId } from './planeView.ts';

/** How one plane is framed: zoom 1 fits the image; `pan` is the canvas centre's offset from the image centre, mm along right and down. */
export interface Framing {
  readonly zoom: number;
  readonly pan: readonly [number, number];
}

export interface ViewState {
  /** Grid of the primary image; null while no image is shown. */
  readonly grid: Grid | null;
  /** The point where the three planes meet, LPS mm. */
  readonly crosshair: Vec3;
  readonly crosshairVisible: boolean;
  readonly framing: Readonly<Record<PlaneId, Framing>>;
  /** What is under the mouse, LPS mm; null outside the planes. */
  readonly cursor: { readonly plane: PlaneId; readonly point: Vec3 } | null;
}

const FIT: Framing = { zoom: 1, pan: [0, 0] };
const ALL_FIT = { axial: FIT, sagittal: FIT, coronal: FIT };

/** View state shared by the planes; never undoable. */
export const useView = create<ViewState>(() => ({
  grid: null,
  crosshair: [0, 0, 0],
  crosshairVisible: true,
  framing: ALL_FIT,
  cursor: null,
}));

/** Shows a new primary grid: crosshair at its centre on a slice, all planes fitted. */
export function resetView(grid: Grid | null): void {
  useView.setState({ grid, crosshair: [0, 0, 0], framing: ALL_FIT, cursor: null });
  if (grid !== null) goTo(gridCentre(grid));
}

/** Moves the crosshair to the voxel centre nearest to the point, so that every plane shows a slice as acquired, not between two. */
export function goTo(point: Vec3): void {
  const { grid } = useView.getState();
  if (grid === null) return;
  let on = clampToGrid(grid, point);
  for (const plane of ['axial', 'sagittal', 'coronal'] as const) {
    const axes = planeAxes(grid, plane);
    on = onSlice(axes, on, sliceIndexOf(axes, on));
  }
  useView.setState({ crosshair: on });
}

/** Steps a plane by whole slices (positive = towards head, left or posterior). */
export function scrollPlane(plane: PlaneId, slices: number): void {
  const { grid, crosshair } = useView.getState();
  if (grid === null) return;
  const axes = planeAxes(grid, plane);
  useView.setState({ crosshair: onSlice(axes, crosshair, sliceIndexOf(axes, crosshair) + slices) });
}

export function frame(plane: PlaneId, framing: Framing): void {
  useView.setState((state) => ({ framing: { ...state.framing, [plane]: framing } }));
}

export const fitPlanes = (): void => useView.setState({ framing: ALL_FIT });
