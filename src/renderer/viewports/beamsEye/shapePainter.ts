import type { Drawing, Mark, Shape } from '#shared/beamsEye/shapes.ts';
import { haloText, haloWidth } from '../painters/ink.ts';
import { type Placement, toCanvas } from './placement.ts';

/** Puts a drawing on a canvas whose transform is in CSS pixels. */
export function paintDrawing(context: CanvasRenderingContext2D, place: Placement, { shapes, marks }: Drawing): void {
  for (const shape of shapes) paintShape(context, place, shape);
  for (const mark of marks) paintMark(context, place, mark);
}

function paintShape(context: CanvasRenderingContext2D, place: Placement, shape: Shape): void {
  const { rings, closed, line, width = 1, dash = [], fill } = shape;
  const { scale, left, top } = place;
  context.beginPath();
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const [x, y] = [left + ring[i] * scale, top - ring[i + 1] * scale];
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    if (closed) context.closePath();
  }
  if (fill !== undefined) {
    context.fillStyle = fill;
    context.fill('evenodd');
  }
  if (line === undefined) return;
  context.strokeStyle = line;
  context.lineWidth = width;
  context.lineJoin = 'bevel';
  context.setLineDash([...dash]);
  context.stroke();
  context.setLineDash([]);
}

function paintMark(context: CanvasRenderingContext2D, place: Placement, { at, text, color, align }: Mark): void {
  const [x, y] = toCanvas(place, ...at);
  const width = align === 'left' ? 0 : haloWidth(context, text);
  haloText(context, text, align === 'center' ? x - width / 2 : x - width, y + 4, color);
}
