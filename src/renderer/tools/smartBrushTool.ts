import { length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { outlineField } from '#shared/segmentation/field.ts';
import { smartBall, type Tissue } from '#shared/segmentation/smartBall.ts';
import { slicePlane } from '#shared/structures/drawing/brush.ts';
import { normaliseRings } from '#shared/structures/contours/rings.ts';
import { extrudedSolid } from '#shared/structures/drawing/solid.ts';
import { type SolidStroke, solidStroke } from '#shared/structures/drawing/solidStroke.ts';
import { ringOf } from '#shared/structures/contours/stack.ts';
import type { PlanePointerEvent, PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import { brushSizeKeys, brushSizeWheel } from './brushSize.ts';
import { useContouring } from './contourStore.ts';
import { useToolFeedback } from './feedback.ts';
import { contoursBySlice, type Effect } from './slice.ts';
import { beginStroke, clearStroke, commitStroke, effectOf, previewStroke, type Stroke, toPlane } from './stroke.ts';

/** The brush looks at the image anew when it has gone this share of its radius. */
const STEP = 0.15;
/** Least half width of the range of values on images without HU, as a share of the default window. */
const SHARE_OF_WINDOW = 0.05;

interface SmartStroke extends Stroke {
  readonly effect: Effect;
  readonly covered: SolidStroke;
  readonly last: Vec3;
  readonly tissue: Tissue | undefined;
}

/**
 * A brush that covers only what is like the tissue it started on: values in a range learnt there, connected to the brush's centre, up
 * to steep steps of the planning image; a disc on the plane, or a ball through the slices.
 */
export function smartBrushTool(): PlaneTool {
  let stroke: SmartStroke | null = null;
  const showCursor = ({ view, point }: PlanePointerEvent, effect: Effect): void =>
    useToolFeedback.setState({ cursor: { plane: view.id, point, ball: true, effect } });

  return {
    id: 'smart',
    cursor: 'none',
    draws: true,
    onPointerDown(event) {
      const begun = beginStroke(event.view);
      if (begun === null) return false;
      const effect = effectOf(begun, toPlane(begun.plane, event.point), event);
      const covered = solidStroke(begun.image);
      const tissue = paintAt(begun, covered, event.point, undefined);
      stroke = { ...begun, effect, covered, last: event.point, tissue };
      previewStroke(stroke, { [effect]: covered });
      showCursor(event, effect);
      return true;
    },
    onPointerMove(event) {
      showCursor(event, stroke?.effect ?? 'add');
      if (stroke === null) return false;
      if (length(subtract(event.point, stroke.last)) < STEP * useContouring.getState().brushRadius) return true;
      const tissue = paintAt(stroke, stroke.covered, event.point, stroke.tissue);
      stroke = { ...stroke, last: event.point, tissue: stroke.tissue ?? tissue };
      previewStroke(stroke, { [stroke.effect]: stroke.covered });
      return true;
    },
    onPointerUp() {
      if (stroke === null) return false;
      const finished = stroke;
      stroke = null;
      commitStroke(finished, 'Smart brush', { [finished.effect]: finished.covered });
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

/** Covers what the brush finds at a point; returns the tissue it learnt or went by. */
function paintAt({ image, plane }: Stroke, covered: SolidStroke, point: Vec3, tissue?: Tissue): Tissue | undefined {
  const { brushRadius, brushShape } = useContouring.getState();
  const options = { tissue, leastTolerance: image.unit === 'HU' ? undefined : SHARE_OF_WINDOW * image.window.width };
  if (brushShape === 'ball') {
    const found = smartBall(image, point, brushRadius, options);
    if (found === undefined) return undefined;
    for (const [k, contours] of contoursBySlice(outlineField(found.field), image))
      covered.addRings(k, normaliseRings(contours.map((contour) => ringOf(contour, slicePlane(image, k)))));
    return found.tissue;
  }
  const found = smartBall(image, point, brushRadius, { ...options, plane: { u: plane.u, v: plane.v } });
  if (found === undefined) return undefined;
  const rings = normaliseRings(outlineField(found.field).map((contour) => ringOf(contour, plane)));
  if (rings.length > 0) covered.add(extrudedSolid(plane, rings, plane.thickness));
  return found.tissue;
}
