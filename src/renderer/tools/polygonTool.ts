import type { PlanePointerEvent, PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { closeStroke } from '#shared/structures/drawing/freehand.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { useToolFeedback } from './feedback.ts';
import { drawnChange } from './drawnShape.ts';
import { beginStroke, clearStroke, commitStroke, planeInView, type Stroke, samePlane } from './stroke.ts';

/** Clicks nearer than this to the last corner are the second half of a double click, CSS pixels. */
const SAME_PLACE = 3;
const NO_KEYS = { ctrlKey: false, altKey: false };

interface PolygonStroke extends Stroke {
  readonly corners: readonly Vec3[];
}

/**
 * Click corners on any plane; double click, Enter or a click on the first corner closes the polygon, which is added or cut as the
 * mode and the keys say. Backspace takes the last corner back.
 */
export function polygonTool(): PlaneTool {
  let stroke: PolygonStroke | null = null;

  const show = (hover?: Vec3): void => {
    if (stroke === null) return clearStroke();
    const points = hover === undefined ? stroke.corners : [...stroke.corners, hover];
    const { roi, plane, corners } = stroke;
    useToolFeedback.setState({ path: { color: roi.color, plane, points, vertices: corners } });
  };
  const near = (event: PlanePointerEvent, corner: Vec3): boolean => {
    const [x, y] = event.view.toCanvas(corner);
    return Math.hypot(x - event.x, y - event.y) <= SAME_PLACE;
  };
  const close = (keys: Pick<PlanePointerEvent, 'ctrlKey' | 'altKey'>): void => {
    if (stroke === null) return;
    const finished = stroke;
    stroke = null;
    const shape = closeStroke(finished.corners, finished.plane);
    commitStroke(finished, 'Polygon', drawnChange(finished, finished.corners, shape, keys));
  };
  /** Whether the event is on the plane the polygon was begun on. */
  const onSamePlane = (event: PlanePointerEvent, current: PolygonStroke): boolean =>
    samePlane(planeInView(current.image, event.view), current.plane);

  return {
    id: 'polygon',
    cursor: 'crosshair',
    draws: true,
    onPointerDown(event) {
      if (stroke === null) {
        const begun = beginStroke(event.view);
        if (begun === null) return false;
        stroke = { ...begun, corners: [event.point] };
      } else if (!onSamePlane(event, stroke)) {
        setMessage('The polygon was begun on another plane: Enter closes it there, Escape drops it', 'warning');
      } else if (stroke.corners.length >= 3 && near(event, stroke.corners[0])) {
        close(event);
      } else if (!near(event, stroke.corners[stroke.corners.length - 1])) {
        stroke = { ...stroke, corners: [...stroke.corners, event.point] };
      }
      show();
      return true;
    },
    onPointerMove(event) {
      if (stroke === null) return false;
      show(onSamePlane(event, stroke) ? event.point : undefined);
      return true;
    },
    onPointerUp: () => stroke !== null,
    onDoubleClick(event) {
      if (stroke === null) return false;
      close(event);
      return true;
    },
    onKey(key) {
      if (stroke === null) return false;
      if (key === 'Enter') close(NO_KEYS);
      else if (key === 'Backspace') {
        stroke = stroke.corners.length > 1 ? { ...stroke, corners: stroke.corners.slice(0, -1) } : null;
        show();
      } else return false;
      return true;
    },
    cancel() {
      stroke = null;
      clearStroke();
    },
  };
}
