import type { Vec3 } from '#shared/geometry/vec.ts';
import { closeStroke } from '#shared/structures/drawing/freehand.ts';
import type { PlanePointerEvent, PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import { useToolFeedback } from './feedback.ts';
import { drawnChange } from './drawnShape.ts';
import { beginStroke, commitStroke, clearStroke, type Stroke } from './stroke.ts';

/** Points nearer than this to the last one are not recorded, CSS pixels. */
const MINIMUM_STEP = 1.5;

interface FreehandStroke extends Stroke {
  readonly points: readonly Vec3[];
  readonly x: number;
  readonly y: number;
}

/** Drag around an area on any plane to add it, across an edge to correct it. The line closes by itself. */
export function freehandTool(): PlaneTool {
  let stroke: FreehandStroke | null = null;
  const showPath = ({ roi, plane, points }: FreehandStroke): void =>
    useToolFeedback.setState({ path: { color: roi.color, plane, points, vertices: [] } });
  const extend = (current: FreehandStroke, event: PlanePointerEvent): FreehandStroke => {
    if (Math.hypot(event.x - current.x, event.y - current.y) < MINIMUM_STEP) return current;
    return { ...current, points: [...current.points, event.point], x: event.x, y: event.y };
  };

  return {
    id: 'freehand',
    cursor: 'crosshair',
    draws: true,
    onPointerDown(event) {
      const begun = beginStroke(event.view);
      if (begun === null) return false;
      stroke = { ...begun, points: [event.point], x: event.x, y: event.y };
      showPath(stroke);
      return true;
    },
    onPointerMove(event) {
      if (stroke === null) return false;
      stroke = extend(stroke, event);
      showPath(stroke);
      return true;
    },
    onPointerUp(event) {
      if (stroke === null) return false;
      const finished = extend(stroke, event);
      stroke = null;
      const shape = closeStroke(finished.points, finished.plane);
      commitStroke(finished, 'Draw', drawnChange(finished, finished.points, shape, event));
      return true;
    },
    cancel() {
      stroke = null;
      clearStroke();
    },
  };
}
