import type { Mark } from '#renderer/document/history.ts';
import { bailToMark, mark, squashToMark, useDocument } from '#renderer/document/store.ts';
import { useLayers } from '#renderer/viewports/layers/layers.ts';
import type { PlanePointerEvent, PlaneTool, PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { shownAxes } from '#renderer/viewports/plane/tilt.ts';
import { useView } from '#renderer/viewports/viewStore.ts';
import { add, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { shiftBy, turnBy } from './manualRegistration.ts';
import { useRegistering } from './registering.ts';

interface Stroke {
  readonly before: Mark;
  readonly turning: boolean;
  readonly centre: Vec3;
  last: PlanePointerEvent;
}

/**
 * Drag moves the second image in the plane, Shift+drag turns it about the crosshair; arrow and page keys nudge it by the step in mm,
 * comma and full stop turn it by the step in degrees. Every drag and every nudge is one step to undo.
 */
export function registerTool(): PlaneTool {
  let stroke: Stroke | null = null;
  return {
    id: 'register',
    cursor: 'move',
    onPointerDown(event) {
      if (useLayers.getState().secondary === null || useDocument.getState().document === null) return false;
      const centre = useView.getState().crosshair;
      stroke = { before: mark(), turning: event.shiftKey, centre, last: event };
      return true;
    },
    onPointerMove(event) {
      if (stroke === null) return false;
      if (stroke.turning)
        turnBy(event.view.normal, angleBetween(event.view, stroke.centre, stroke.last, event), stroke.centre);
      else shiftBy(subtract(event.point, stroke.last.point));
      stroke.last = event;
      return true;
    },
    onPointerUp() {
      if (stroke !== null) squashToMark(stroke.before, stroke.turning ? 'Turn second image' : 'Shift second image');
      stroke = null;
      return true;
    },
    onKey(key) {
      const { step } = useRegistering.getState();
      const turn = { ',': -step, '.': step }[key];
      const direction = nudgeDirection(key);
      if (turn !== undefined) turnInPlane(turn);
      else if (direction !== undefined) shiftBy(scale(direction, step));
      else return false;
      return true;
    },
    cancel() {
      if (stroke !== null) bailToMark(stroke.before);
      stroke = null;
    },
  };
}

/** Turns clockwise on the plane under the mouse (axial when there is none), about the crosshair. */
function turnInPlane(degrees: number): void {
  const { grid, cursor, crosshair, tilts } = useView.getState();
  if (grid !== null) turnBy(shownAxes(grid, cursor?.plane ?? 'axial', tilts).normal, degrees, crosshair);
}

/** Degrees, clockwise on screen, that the pointer went round the crosshair. */
function angleBetween(view: PlaneView, centre: Vec3, from: PlanePointerEvent, to: PlanePointerEvent): number {
  const [cx, cy] = view.toCanvas(centre);
  const angle = (event: PlanePointerEvent): number => Math.atan2(event.y - cy, event.x - cx);
  const turn = ((angle(to) - angle(from)) * 180) / Math.PI;
  return turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
}

/** The screen direction of an arrow key in the plane under the mouse (axial when there is none). */
function nudgeDirection(key: string): Vec3 | undefined {
  const { grid, cursor, tilts } = useView.getState();
  if (grid === null) return undefined;
  const { right, down, through } = shownAxes(grid, cursor?.plane ?? 'axial', tilts);
  const zero: Vec3 = [0, 0, 0];
  const directions: Record<string, Vec3> = {
    ArrowRight: right,
    ArrowLeft: subtract(zero, right),
    ArrowDown: down,
    ArrowUp: subtract(zero, down),
    PageUp: add(zero, through),
    PageDown: subtract(zero, through),
  };
  return directions[key];
}
