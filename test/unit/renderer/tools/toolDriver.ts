import { planeAxes } from '#renderer/viewports/plane/planes.ts';
import type { PlaneId, PlanePointerEvent, PlaneTool, PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Grid } from '#shared/geometry/volume.ts';

/** A 400 × 400 pixel view of a grid's plane through `centre` at 2 pixels per mm. */
export const viewAt = (grid: Grid, id: PlaneId, centre: Vec3): PlaneView =>
  planeViewOf({ id, axes: planeAxes(grid, id), centre, scale: 2, width: 400, height: 400 });

type Keys = Partial<Pick<PlanePointerEvent, 'shiftKey' | 'ctrlKey' | 'altKey'>>;

/** The pointer event at an LPS point of the view. */
export function pointerAt(view: PlaneView, point: Vec3, keys: Keys = {}): PlanePointerEvent {
  const [x, y] = view.toCanvas(point);
  const none = { button: 0, shiftKey: false, ctrlKey: false, altKey: false };
  return { view, x, y, point: view.toPatient(x, y), ...none, ...keys };
}

/** Presses at the first point, moves through the others and releases at the last. */
export function drag(tool: PlaneTool, view: PlaneView, points: readonly Vec3[], keys: Keys = {}): void {
  tool.onPointerDown(pointerAt(view, points[0], keys));
  for (const point of points.slice(1)) tool.onPointerMove(pointerAt(view, point, keys));
  tool.onPointerUp(pointerAt(view, points[points.length - 1], keys));
}

/** A click as the browser sends it: down, up. */
export function click(tool: PlaneTool, view: PlaneView, point: Vec3): void {
  tool.onPointerDown(pointerAt(view, point));
  tool.onPointerUp(pointerAt(view, point));
}

/** Points around a circle of LPS x, y at height z, mm. */
export const circle = (x: number, y: number, z: number, radius: number, count = 90): Vec3[] =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle), z];
  });
