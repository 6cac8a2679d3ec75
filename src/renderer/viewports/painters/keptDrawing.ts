import type { PlaneView } from '../plane/planeView.ts';

interface Kept {
  readonly of: readonly unknown[];
  readonly ratio: number;
  readonly picture: OffscreenCanvas;
}

/** What was drawn on a view, by painter; a view is another object whenever anything about it changes. */
const kept = new WeakMap<PlaneView, Map<string, Kept>>();

/**
 * Draws on a view, or puts back what was drawn there before from the same records: lines and text cost far more to draw than a picture,
 * and while something else moves over them they stay as they are. `of`: everything besides the view that `draw` depends on, by identity.
 * A `draw` that returns false was not finished and is not kept. Outside a browser there is nothing to keep it in: it is drawn.
 */
export function keptDrawing(
  context: CanvasRenderingContext2D,
  view: PlaneView,
  painter: string,
  of: readonly unknown[],
  draw: (context: Context2D) => boolean,
): void {
  if (globalThis.OffscreenCanvas === undefined) {
    context.save();
    draw(context);
    context.restore();
    return;
  }
  const ratio = context.getTransform().a;
  const drawings = kept.get(view) ?? new Map<string, Kept>();
  kept.set(view, drawings);
  const before = drawings.get(painter);
  const isSame = before?.ratio === ratio && before.of.every((one, n) => one === of[n]);
  const picture = isSame ? before.picture : (before?.picture ?? new OffscreenCanvas(1, 1));
  if (!isSame) {
    picture.width = Math.ceil(view.width * ratio);
    picture.height = Math.ceil(view.height * ratio);
    const inner = picture.getContext('2d', { willReadFrequently: true });
    if (inner === null) return;
    inner.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (draw(inner)) drawings.set(painter, { of, ratio, picture });
    else drawings.delete(painter);
  }
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(picture, 0, 0);
  context.restore();
}

/** What lines and text are drawn on: a canvas of the page or one beside it. */
export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
