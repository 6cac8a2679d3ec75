import { ringToPatient } from '#shared/structures/stack.ts';
import { dot } from '#shared/geometry/vec.ts';
import type { Slice } from '#renderer/tools/slice.ts';
import { type BrushCursor, type OpenPath, type StrokePreview, useToolFeedback } from '#renderer/tools/feedback.ts';
import type { OverlayPainter, PlaneView } from '../planeView.ts';
import { css } from './ink.ts';
import { planeAffine, tracePoints } from './planeAffine.ts';

const CURSOR_COLOR = { add: '#7ee787', cut: '#ff9b8f' } as const;

/** What the active tool shows while it works: the stroke's result, the line being drawn, the brush. */
export const feedbackPainter: OverlayPainter = {
  id: 'tool-feedback',
  order: 30,
  paint(context, view) {
    const { preview, path, cursor } = useToolFeedback.getState();
    context.save();
    context.lineJoin = 'round';
    if (preview !== null && onSlice(view, preview.slice)) paintPreview(context, view, preview);
    if (path !== null && onSlice(view, path.slice)) paintPath(context, view, path);
    if (cursor?.plane === view.id) paintCursor(context, view, cursor);
    context.restore();
  },
};

const onSlice = (view: PlaneView, slice: Slice): boolean =>
  Math.abs(dot(view.normal, slice.normal)) > 0.999 && Math.abs(dot(view.point, slice.normal) - slice.offset) < 0.01;

function paintPreview(
  context: CanvasRenderingContext2D,
  view: PlaneView,
  { rings, slice, color }: StrokePreview,
): void {
  const affine = planeAffine(view);
  context.beginPath();
  for (const ring of rings) tracePoints(context, affine, ringToPatient(slice, ring, slice.offset), true);
  context.fillStyle = css(color, 0.2);
  context.fill('evenodd');
  context.strokeStyle = css(color);
  context.lineWidth = 2;
  context.stroke();
}

function paintPath(context: CanvasRenderingContext2D, view: PlaneView, { points, vertices, color }: OpenPath): void {
  const corners = points.map((point) => view.toCanvas(point));
  if (corners.length === 0) return;
  context.strokeStyle = css(color);
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.stroke();
  context.beginPath();
  context.setLineDash([3, 3]);
  context.moveTo(...corners[corners.length - 1]);
  context.lineTo(...corners[0]);
  context.stroke();
  context.setLineDash([]);
  if (!vertices) return;
  context.fillStyle = css(color);
  for (const [x, y] of corners) context.fillRect(x - 2.5, y - 2.5, 5, 5);
}

function paintCursor(context: CanvasRenderingContext2D, view: PlaneView, cursor: BrushCursor): void {
  const [x, y] = view.toCanvas(cursor.point);
  context.strokeStyle = CURSOR_COLOR[cursor.effect];
  context.lineWidth = 1.25;
  context.beginPath();
  context.arc(x, y, cursor.radius * view.scale, 0, 2 * Math.PI);
  context.stroke();
  context.fillStyle = CURSOR_COLOR[cursor.effect];
  context.fillRect(x - 0.75, y - 0.75, 1.5, 1.5);
}
