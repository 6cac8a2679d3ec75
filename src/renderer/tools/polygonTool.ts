import type { PlanePointerEvent, PlaneTool } from '#renderer/viewports/planeView.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { closeStroke } from '#shared/structures/freehand.ts';
import { useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { useToolFeedback } from './feedback.ts';
import { type Effect, sliceInView } from './slice.ts';
import { beginStroke, clearStroke, commitStroke, type Stroke } from './stroke.ts';

/** Clicks nearer than this to the last corner are the second half of a double click, CSS pixels. */
const SAME_PLACE = 3;

interface PolygonStroke extends Stroke {
  readonly corners: readonly Vec3[];
}

/**
 * Click corners on the axial plane; double click, Enter or a click on the first corner closes the polygon, which is added (Alt: cut).
 * Backspace takes the last corner back.
 */
export function polygonTool(): PlaneTool {
  let stroke: PolygonStroke | null = null;

  const show = (hover?: Vec3): void => {
    if (stroke === null) return clearStroke();
    const points = hover === undefined ? stroke.corners : [...stroke.corners, hover];
    useToolFeedback.setState({ path: { color: stroke.roi.color, slice: stroke.slice, points, vertices: true } });
  };
  const near = (event: PlanePointerEvent, corner: Vec3): boolean => {
    const [x, y] = event.view.toCanvas(corner);
    return Math.hypot(x - event.x, y - event.y) <= SAME_PLACE;
  };
  const close = (effect: Effect): void => {
    if (stroke === null) return;
    const finished = stroke;
    stroke = null;
    commitStroke(finished, 'Polygon', effect, closeStroke(finished.corners, finished.slice));
  };
  /** Whether the event is on the slice the polygon was begun on. */
  const onSameSlice = (event: PlanePointerEvent, current: PolygonStroke): boolean => {
    const { document } = useDocument.getState();
    return document !== null && sliceInView(document.primary, event.view)?.k === current.slice.k;
  };

  return {
    id: 'polygon',
    cursor: 'crosshair',
    onPointerDown(event) {
      if (stroke === null) {
        const begun = beginStroke(event.view);
        if (begun === null) return false;
        stroke = { ...begun, corners: [event.point] };
      } else if (!onSameSlice(event, stroke)) {
        setMessage('The polygon was begun on another slice: Enter closes it there, Escape drops it', 'warning');
      } else if (stroke.corners.length >= 3 && near(event, stroke.corners[0])) {
        close(event.altKey ? 'cut' : 'add');
      } else if (!near(event, stroke.corners[stroke.corners.length - 1])) {
        stroke = { ...stroke, corners: [...stroke.corners, event.point] };
      }
      show();
      return true;
    },
    onPointerMove(event) {
      if (stroke === null) return false;
      show(onSameSlice(event, stroke) ? event.point : undefined);
      return true;
    },
    onPointerUp: () => stroke !== null,
    onDoubleClick(event) {
      if (stroke === null) return false;
      close(event.altKey ? 'cut' : 'add');
      return true;
    },
    onKey(key) {
      if (stroke === null) return false;
      if (key === 'Enter') close('add');
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
