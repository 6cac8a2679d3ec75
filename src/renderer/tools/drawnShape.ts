import type { Vec3 } from '#shared/geometry/vec.ts';
import { replacePiece } from '#shared/structures/drawing/replacePiece.ts';
import { areaOf, combineRings, type Ring } from '#shared/structures/contours/rings.ts';
import type { PlanePointerEvent } from '#renderer/viewports/plane/planeView.ts';
import { useContouring } from './contourStore.ts';
import type { Change } from './slice.ts';
import { changeBy, changeTo, effectOf, type Stroke, toPlane } from './stroke.ts';

/**
 * What a closed line does. With a key or a mode that says so it adds or cuts its area. In auto mode a line drawn across an edge of
 * the structure and back again replaces the piece of the outline between; one that crosses nothing but starts outside adds its area
 * (an island, or a larger outline round the old one); else the start decides.
 */
export function drawnChange(
  stroke: Stroke,
  points: readonly Vec3[],
  shape: readonly Ring[],
  keys: Pick<PlanePointerEvent, 'ctrlKey' | 'altKey'>,
): Change {
  const start = toPlane(stroke.plane, points[0]);
  const effect = effectOf(stroke, start, keys);
  const decided = keys.ctrlKey || keys.altKey || useContouring.getState().editMode !== 'auto';
  if (decided || stroke.before.length === 0) return changeBy(stroke, effect, shape);
  const path = Float64Array.from(points.flatMap((point) => toPlane(stroke.plane, point)));
  const corrected = replacePiece(stroke.before, path);
  if (corrected !== undefined) return changeTo(stroke, corrected);
  if (effect === 'add') return changeBy(stroke, 'add', shape);
  const common = areaOf(combineRings('intersect', stroke.before, shape));
  const apart = common < 1e-3;
  const around = common > areaOf(combineRings('union', stroke.before, [])) - 1e-3;
  return changeBy(stroke, apart || around ? 'add' : 'cut', shape);
}
