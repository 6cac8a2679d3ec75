import { nudgeRings } from '#shared/structures/drawing/nudge.ts';
import type { Ring } from '#shared/structures/contours/rings.ts';
import type { PlanePointerEvent, PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { brushSizeKeys, brushSizeWheel } from './brushSize.ts';
import { useContouring } from './contourStore.ts';
import { useToolFeedback } from './feedback.ts';
import { beginStroke, changeTo, clearStroke, commitStroke, previewStroke, type Stroke, toPlane } from './stroke.ts';

interface NudgeStroke extends Stroke {
  readonly rings: readonly Ring[];
  readonly at: readonly [number, number];
}

/** A disc that pushes the outline with it, most at its middle, in or out, on any plane. */
export function nudgeTool(): PlaneTool {
  let stroke: NudgeStroke | null = null;
  const showCursor = ({ view, point }: PlanePointerEvent): void =>
    useToolFeedback.setState({ cursor: { plane: view.id, point, ball: false, effect: 'add' } });

  return {
    id: 'nudge',
    cursor: 'none',
    draws: true,
    onPointerDown(event) {
      const begun = beginStroke(event.view);
      if (begun === null) return false;
      if (begun.before.length === 0) {
        setMessage(`${begun.roi.name} has no outline here to push`, 'warning');
        return false;
      }
      stroke = { ...begun, rings: begun.before, at: toPlane(begun.plane, event.point) };
      showCursor(event);
      return true;
    },
    onPointerMove(event) {
      showCursor(event);
      if (stroke === null) return false;
      const to = toPlane(stroke.plane, event.point);
      const step = [to[0] - stroke.at[0], to[1] - stroke.at[1]] as const;
      const rings = nudgeRings(stroke.rings, stroke.at, step, useContouring.getState().brushRadius);
      stroke = { ...stroke, rings, at: to };
      previewStroke(stroke, changeTo(stroke, rings));
      return true;
    },
    onPointerUp() {
      if (stroke === null) return false;
      const finished = stroke;
      stroke = null;
      commitStroke(finished, 'Nudge', changeTo(finished, finished.rings));
      return true;
    },
    onPointerLeave() {
      if (stroke === null) useToolFeedback.setState({ cursor: null });
    },
    onWheel: brushSizeWheel,
    onKey: brushSizeKeys,
    cancel() {
      stroke = null;
      clearStroke();
      useToolFeedback.setState({ cursor: null });
    },
  };
}
