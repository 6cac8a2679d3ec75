import { dot, subtract } from '#shared/geometry/vec.ts';
import { gridCentre } from './planes.ts';
import type { PlaneId, PlaneView } from './planeView.ts';
import { shownAxes, type Tilt, turnedTilt } from './tilt.ts';
import { type Framing, useView } from '../viewStore.ts';

/** A plane being turned by its line in another view. */
export interface PlaneTurn {
  readonly plane: PlaneId;
  readonly from: Tilt;
  readonly framing: Framing;
  /** Direction of the pointer from the crosshair at the start, radians clockwise on the view. */
  readonly start: number;
}

/** Turning with Shift goes in steps of this, radians (5°). */
const STEP = Math.PI / 36;

function bearing(view: PlaneView, x: number, y: number): number {
  const [cx, cy] = view.toCanvas(useView.getState().crosshair);
  return Math.atan2(y - cy, x - cx);
}

/** Takes hold of a plane's line at (x, y) of a view. */
export function beginTurn(view: PlaneView, plane: PlaneId, x: number, y: number): PlaneTurn | undefined {
  const { grid, tilts, framing } = useView.getState();
  if (grid === null) return undefined;
  const { right, down, normal } = shownAxes(grid, plane, tilts);
  return { plane, from: { right, down, normal }, framing: framing[plane], start: bearing(view, x, y) };
}

/** Turns the plane about the view's normal through the crosshair, as far as the pointer has gone round it. */
export function turnTo(view: PlaneView, turn: PlaneTurn, x: number, y: number, inSteps: boolean): void {
  const { grid } = useView.getState();
  if (grid === null) return;
  const angle = bearing(view, x, y) - turn.start;
  const taken = inSteps ? Math.round(angle / STEP) * STEP : angle;
  showTilt(turn.plane, turnedTilt(grid, turn.plane, turn.from, view.normal, taken), turn);
}

/** Brings a plane back into its standard position. */
export function straighten(plane: PlaneId): void {
  const { grid, tilts, framing } = useView.getState();
  const from = tilts[plane];
  if (grid !== null && from !== null) showTilt(plane, null, { from, framing: framing[plane] });
}

/** Tilts a plane so that the crosshair stays where it is on the plane's canvas. */
function showTilt(plane: PlaneId, tilt: Tilt | null, before: Pick<PlaneTurn, 'from' | 'framing'>): void {
  const { grid, tilts, framing, crosshair } = useView.getState();
  if (grid === null) return;
  const next = { ...tilts, [plane]: tilt };
  const axes = shownAxes(grid, plane, next);
  const arm = subtract(crosshair, gridCentre(grid));
  const [right, down] = (['right', 'down'] as const).map(
    (axis, i) => before.framing.pan[i] + dot(arm, axes[axis]) - dot(arm, before.from[axis]),
  );
  useView.setState({
    tilts: next,
    framing: { ...framing, [plane]: { zoom: before.framing.zoom, pan: [right, down] } },
  });
}
