import { create } from 'zustand';
import type { Grid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { add, length, scale, subtract } from '#shared/geometry/vec.ts';
import { clampToGrid, gridCentre, onSlice, planeAxes, sliceIndexOf } from './plane/planes.ts';
import type { PlaneId } from './plane/planeView.ts';
import { isTilted, NO_TILT, shownAxes, type Tilts } from './plane/tilt.ts';

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
  /** Planes turned out of their standard position. */
  readonly tilts: Tilts;
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
  tilts: NO_TILT,
  framing: ALL_FIT,
  cursor: null,
}));

/** Shows a new primary grid: crosshair at its centre on a slice, all planes fitted. */
export function resetView(grid: Grid | null): void {
  useView.setState({ grid, crosshair: [0, 0, 0], tilts: NO_TILT, framing: ALL_FIT, cursor: null });
  if (grid !== null) goTo(gridCentre(grid));
}

/**
 * Moves the crosshair to the voxel centre nearest to the point, so that every plane shows a slice as acquired, not between two.
 * With a tilted plane it goes to the point itself: the plane that was clicked on must not jump.
 */
export function goTo(point: Vec3): void {
  const { grid, tilts } = useView.getState();
  if (grid === null) return;
  let on = clampToGrid(grid, point);
  if (isTilted(tilts)) {
    useView.setState({ crosshair: on });
    return;
  }
  for (const plane of ['axial', 'sagittal', 'coronal'] as const) {
    const axes = planeAxes(grid, plane);
    on = onSlice(axes, on, sliceIndexOf(axes, on));
  }
  useView.setState({ crosshair: on });
}

/** Steps a plane by whole slices (positive = towards head, left or posterior); a tilted one by voxels along its normal. */
export function scrollPlane(plane: PlaneId, slices: number): void {
  const { grid, crosshair, tilts } = useView.getState();
  if (grid === null) return;
  const axes = shownAxes(grid, plane, tilts);
  if (tilts[plane] === null) {
    useView.setState({ crosshair: onSlice(axes, crosshair, sliceIndexOf(axes, crosshair) + slices) });
    return;
  }
  const next = add(crosshair, scale(axes.through, slices * axes.step));
  if (length(subtract(clampToGrid(grid, next), next)) < 1e-6) useView.setState({ crosshair: next });
}

export function frame(plane: PlaneId, framing: Framing): void {
  useView.setState((state) => ({ framing: { ...state.framing, [plane]: framing } }));
}

export const fitPlanes = (): void => useView.setState({ framing: ALL_FIT });
