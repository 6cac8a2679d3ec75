import { extrudedSolid } from '#shared/structures/drawing/solid.ts';
import { sweptBall } from '#shared/structures/drawing/solidBall.ts';
import { type SolidStroke, solidStroke } from '#shared/structures/drawing/solidStroke.ts';
import { sweepDisc } from '#shared/structures/contours/rings.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { PlanePointerEvent, PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import { brushSizeKeys, brushSizeWheel } from './brushSize.ts';
import { useContouring } from './contourStore.ts';
import { useToolFeedback } from './feedback.ts';
import type { Effect } from './slice.ts';
import { beginStroke, clearStroke, commitStroke, effectOf, previewStroke, type Stroke, toPlane } from './stroke.ts';

/** Time spent at once on merging what the planes do not need yet, ms. */
const MERGING_BUDGET_MS = 4;

interface BrushStroke extends Stroke {
  readonly effect: Effect;
  readonly covered: SolidStroke;
  readonly last: Vec3;
}

/**
 * A round brush on any plane: a disc as thick as the plane's slab, or a ball through the slices. `mode` auto: the stroke adds or
 * cuts by where it starts and by the edit mode. `mode` cut: always cuts (the eraser).
 */
export function brushTool(mode: 'auto' | 'cut'): PlaneTool {
  let stroke: BrushStroke | null = null;
  let merging: ReturnType<typeof setTimeout> | undefined;
  const [id, name] = mode === 'cut' ? ['eraser', 'Erase'] : ['brush', 'Brush'];

  const showCursor = ({ view, point }: PlanePointerEvent, effect: Effect): void =>
    useToolFeedback.setState({ cursor: { plane: view.id, point, ball: true, effect } });
  const sweepTo = (from: BrushStroke, to: Vec3): BrushStroke => {
    const { brushRadius, brushShape } = useContouring.getState();
    if (brushShape === 'ball') from.covered.add(sweptBall(from.last, to, brushRadius));
    else {
      const [a, b] = [toPlane(from.plane, from.last), toPlane(from.plane, to)];
      const still = a[0] === b[0] && a[1] === b[1];
      const piece = sweepDisc(Float64Array.from(still ? b : [...a, ...b]), brushRadius);
      from.covered.add(extrudedSolid(from.plane, piece, from.plane.thickness));
    }
    return { ...from, last: to };
  };
  /** Merges what waits between two moves, so that little is left for the end of the stroke. */
  const merge = (current: BrushStroke): void => {
    const until = performance.now() + MERGING_BUDGET_MS;
    const done = current.covered.settle(() => performance.now() > until);
    if (done || merging !== undefined) return;
    merging = setTimeout(() => {
      merging = undefined;
      if (stroke?.covered === current.covered) merge(stroke);
    });
  };
  const show = (current: BrushStroke): void => {
    previewStroke(current, { [current.effect]: current.covered });
    merge(current);
  };

  return {
    id,
    cursor: 'none',
    draws: true,
    onPointerDown(event) {
      const begun = beginStroke(event.view);
      if (begun === null) return false;
      const effect = mode === 'cut' ? 'cut' : effectOf(begun, toPlane(begun.plane, event.point), event);
      const at = onPlane(begun, event.point);
      stroke = sweepTo({ ...begun, effect, covered: solidStroke(begun.image), last: at }, at);
      show(stroke);
      showCursor(event, effect);
      return true;
    },
    onPointerMove(event) {
      showCursor(event, stroke?.effect ?? hoverEffect(mode, event));
      if (stroke === null) return false;
      stroke = sweepTo(stroke, onPlane(stroke, event.point));
      show(stroke);
      return true;
    },
    onPointerUp() {
      if (stroke === null) return false;
      const finished = stroke;
      stroke = null;
      commitStroke(finished, name, { [finished.effect]: finished.covered });
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

/** What a stroke begun here would do, as far as mode and keys tell without looking at the structure. */
function hoverEffect(mode: 'auto' | 'cut', { ctrlKey, altKey }: PlanePointerEvent): Effect {
  if (mode === 'cut') return 'cut';
  if (ctrlKey) return 'add';
  return altKey || useContouring.getState().editMode === 'cut' ? 'cut' : 'add';
}

/** The pointer's place moved onto the stroke's plane (the view may lie a fraction of a slice beside the slice it shows). */
function onPlane({ plane }: Stroke, [x, y, z]: Vec3): Vec3 {
  const { normal: n, offset } = plane;
  const off = offset - (x * n[0] + y * n[1] + z * n[2]);
  return [x + off * n[0], y + off * n[1], z + off * n[2]];
}
