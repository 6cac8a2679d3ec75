import { dot, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { type BrushCursor, type OpenPath, type StrokePreview, useToolFeedback } from '#renderer/tools/feedback.ts';
import type { OverlayPainter, PlaneView } from '../plane/planeView.ts';
import { css } from './ink.ts';
import { planeAffine, tracePoints } from './planeAffine.ts';

const CURSOR_COLOR = { add: '#7ee787', cut: '#ff9b8f' } as const;

/** What the active tool shows while it works: the stroke's result on every plane, the line being drawn, the brush. */
export const feedbackPainter: OverlayPainter = {
  id: 'tool-feedback',
  order: 30,
  paint(context, view) {
    const { preview, path, cursor } = useToolFeedback.getState();
    context.save();
    context.lineJoin = 'round';
    if (preview !== null) paintPreview(context, view, preview);
    if (path !== null) paintPath(context, view, path);
    if (cursor !== null) paintCursor(context, view, cursor);
    context.restore();
  },
};

function paintPreview(context: CanvasRenderingContext2D, view: PlaneView, preview: StrokePreview): void {
  const { color } = preview;
  const lines = preview.section(view.point, view.normal);
  if (lines.length === 0) return;
  const affine = planeAffine(view);
  context.beginPath();
  for (const line of lines) tracePoints(context, affine, line, true);
  context.fillStyle = css(color, 0.2);
  context.fill('evenodd');
  context.strokeStyle = css(color);
  context.lineWidth = 2;
  context.stroke();
}

/** The line on its own plane, closing dashed; on the others where it is seen from the side, faint. */
function paintPath(
  context: CanvasRenderingContext2D,
  view: PlaneView,
  { points, vertices, color, plane }: OpenPath,
): void {
  if (points.length === 0) return;
  const facing = dot(view.normal, plane.normal) > 0.999;
  if (facing && Math.abs(dot(view.point, plane.normal) - plane.offset) > 0.01) return;
  context.strokeStyle = css(color, facing ? 1 : 0.45);
  context.lineWidth = 1.5;
  context.beginPath();
  for (const point of points) context.lineTo(...view.toCanvas(point));
  context.stroke();
  if (!facing) return;
  context.beginPath();
  context.setLineDash([3, 3]);
  context.moveTo(...view.toCanvas(points[points.length - 1]));
  context.lineTo(...view.toCanvas(points[0]));
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = css(color);
  for (const vertex of vertices) {
    const [x, y] = view.toCanvas(vertex);
    context.fillRect(x - 2.5, y - 2.5, 5, 5);
  }
}

/** The brush: a circle on the plane under the mouse; a ball also where the other planes cut it. */
function paintCursor(context: CanvasRenderingContext2D, view: PlaneView, cursor: BrushCursor): void {
  const { brushRadius, brushShape } = useContouring.getState();
  const own = cursor.plane === view.id;
  const radius = own ? brushRadius : ballSection(view, cursor.point, brushRadius);
  if (!(radius > 0) || (!own && !(cursor.ball && brushShape === 'ball'))) return;
  const [x, y] = view.toCanvas(cursor.point);
  context.strokeStyle = CURSOR_COLOR[cursor.effect];
  context.lineWidth = own ? 1.25 : 1;
  context.beginPath();
  context.arc(x, y, radius * view.scale, 0, 2 * Math.PI);
  context.stroke();
  if (!own) return;
  context.fillStyle = CURSOR_COLOR[cursor.effect];
  context.fillRect(x - 0.75, y - 0.75, 1.5, 1.5);
}

/** Radius of the circle that a plane cuts from a ball, mm; NaN where it misses it. */
const ballSection = (view: PlaneView, centre: Vec3, radius: number): number =>
  Math.sqrt(radius ** 2 - dot(subtract(centre, view.point), view.normal) ** 2);
