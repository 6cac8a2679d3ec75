import { isInside, mergeRings, type Ring, sweepDisc } from '#shared/structures/rings.ts';
import type { PlanePointerEvent, PlaneTool } from '#renderer/viewports/planeView.ts';
import { setBrushRadius, useContouring } from './contourStore.ts';
import { useToolFeedback } from './feedback.ts';
import { type Effect, toSlice } from './slice.ts';
import { beginStroke, clearStroke, commitStroke, previewStroke, type Stroke } from './stroke.ts';

const WHEEL_FACTOR = 1.12;

interface BrushStroke extends Stroke {
  readonly effect: Effect;
  readonly swept: readonly Ring[];
  readonly last: readonly [number, number];
}

/**
 * A round brush on the axial plane. `mode` auto: a stroke that starts inside the structure (or on a slice without it) adds, one
 * that starts outside cuts; Ctrl adds anyway. `mode` cut: always cuts (the eraser).
 */
export function brushTool(mode: 'auto' | 'cut'): PlaneTool {
  let stroke: BrushStroke | null = null;
  const [id, name] = mode === 'cut' ? ['eraser', 'Erase'] : ['brush', 'Brush'];

  const effectAt = (at: Stroke, u: number, v: number, forceAdd: boolean): Effect => {
    if (mode === 'cut') return 'cut';
    return forceAdd || at.before.length === 0 || isInside(at.before, u, v) ? 'add' : 'cut';
  };
  const showCursor = (event: PlanePointerEvent, effect: Effect): void =>
    useToolFeedback.setState({
      cursor: { plane: event.view.id, point: event.point, radius: useContouring.getState().brushRadius, effect },
    });
  const sweepTo = (event: PlanePointerEvent, from: BrushStroke): BrushStroke => {
    const to = toSlice(from.slice, event.point);
    const still = to[0] === from.last[0] && to[1] === from.last[1];
    const path = Float64Array.from(still ? to : [...from.last, ...to]);
    const piece = sweepDisc(path, useContouring.getState().brushRadius);
    return { ...from, swept: mergeRings([...from.swept, ...piece]), last: to };
  };

  return {
    id,
    cursor: 'none',
    onPointerDown(event) {
      const begun = beginStroke(event.view);
      if (begun === null) return false;
      const at = toSlice(begun.slice, event.point);
      const effect = effectAt(begun, at[0], at[1], event.ctrlKey);
      stroke = sweepTo(event, { ...begun, effect, swept: [], last: at });
      previewStroke(stroke, effect, stroke.swept);
      showCursor(event, effect);
      return true;
    },
    onPointerMove(event) {
      showCursor(event, stroke?.effect ?? (mode === 'cut' ? 'cut' : 'add'));
      if (stroke === null) return false;
      stroke = sweepTo(event, stroke);
      previewStroke(stroke, stroke.effect, stroke.swept);
      return true;
    },
    onPointerUp() {
      if (stroke === null) return false;
      const finished = stroke;
      stroke = null;
      commitStroke(finished, name, finished.effect, finished.swept);
      return true;
    },
    onPointerLeave() {
      if (stroke === null) useToolFeedback.setState({ cursor: null });
    },
    onWheel(event, deltaY) {
      if (!event.shiftKey || deltaY === 0) return false;
      resize(deltaY < 0 ? WHEEL_FACTOR : 1 / WHEEL_FACTOR);
      return true;
    },
    onKey(key) {
      if (key !== '[' && key !== ']') return false;
      resize(key === ']' ? WHEEL_FACTOR : 1 / WHEEL_FACTOR);
      return true;
    },
    cancel() {
      stroke = null;
      clearStroke();
      useToolFeedback.setState({ cursor: null });
    },
  };
}

function resize(factor: number): void {
  setBrushRadius(Math.round(useContouring.getState().brushRadius * factor * 10) / 10);
  const { cursor } = useToolFeedback.getState();
  if (cursor !== null)
    useToolFeedback.setState({ cursor: { ...cursor, radius: useContouring.getState().brushRadius } });
}
