import { cross, dot, length, scale, subtract } from '#shared/geometry/vec.ts';
import { PLANES } from './planes.ts';
import type { PlaneId, PlaneView } from './planeView.ts';
import { shownAxes, shownPoint } from './tilt.ts';
import { useView } from '../viewStore.ts';

/** Where another plane cuts the view: a line on the canvas through `at` along the unit vector `along`. */
export interface CrosshairLine {
  readonly plane: PlaneId;
  readonly at: readonly [number, number];
  readonly along: readonly [number, number];
}

/** Planes nearer to the view than this are not seen as a line: sin of the angle. */
const PARALLEL = 0.02;
/** Handles stand this far from the centre, in shares of the smaller side of the canvas; radius in pixels to take hold of them. */
const HANDLE = 0.36;
const GRASP = 9;

/** The lines of the two other planes in a view. */
export function crosshairLines(view: PlaneView): CrosshairLine[] {
  const { grid, crosshair, tilts } = useView.getState();
  if (grid === null) return [];
  const lines: CrosshairLine[] = [];
  for (const plane of PLANES) {
    if (plane === view.id) continue;
    const { normal } = shownAxes(grid, plane, tilts);
    const line = cross(view.normal, normal);
    const sine = length(line);
    if (sine < PARALLEL) continue;
    const point = shownPoint(grid, plane, tilts, crosshair);
    // From the crosshair within the view, square to the line, until the other plane is met.
    const aside = cross(line, view.normal);
    const here = subtract(crosshair, scale(view.normal, dot(subtract(crosshair, view.point), view.normal)));
    const step = dot(subtract(point, here), normal) / dot(aside, normal);
    const [cx, cy] = view.toCanvas(here);
    const [ax, ay] = [dot(aside, view.right), dot(aside, view.down)].map((value) => value * step * view.scale);
    const along = [dot(line, view.right) / sine, dot(line, view.down) / sine] as const;
    lines.push({ plane, at: [cx + ax, cy + ay], along });
  }
  return lines;
}

/** Where a line can be taken hold of to turn its plane. */
export function handlesOf(view: PlaneView, { at, along }: CrosshairLine): (readonly [number, number])[] {
  const reach = HANDLE * Math.min(view.width, view.height);
  return [1, -1].map((side) => [at[0] + side * reach * along[0], at[1] + side * reach * along[1]] as const);
}

/** The line whose handle is under (x, y). */
export const handleAt = (view: PlaneView, x: number, y: number): CrosshairLine | undefined =>
  crosshairLines(view).find((line) => handlesOf(view, line).some(([hx, hy]) => Math.hypot(hx - x, hy - y) <= GRASP));

/** The line that lies nearest to (x, y) in direction from the crosshair. */
export function lineTowards(view: PlaneView, x: number, y: number): CrosshairLine | undefined {
  const away = ({ at, along }: CrosshairLine): number => Math.abs((x - at[0]) * along[1] - (y - at[1]) * along[0]);
  return crosshairLines(view).reduce<CrosshairLine | undefined>(
    (best, line) => (best === undefined || away(line) < away(best) ? line : best),
    undefined,
  );
}
