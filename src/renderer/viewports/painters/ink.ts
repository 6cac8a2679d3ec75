import type { Rgb } from '#shared/model/structures.ts';
import type { Context2D } from './keptDrawing.ts';

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgba(${r}, ${g}, ${b}, ${alpha})`;

const FONT = '600 11px system-ui, sans-serif';

/** Measuring makes the page lay out what changed on it: the same words are measured once. */
const widths = new Map<string, number>();

/** Width of `text` as haloText draws it, px. */
export function haloWidth(context: Context2D, text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  context.save();
  context.font = FONT;
  const { width } = context.measureText(text);
  context.restore();
  if (widths.size > 500) widths.clear();
  // Before its font is there a text has another width.
  if (globalThis.document?.fonts.status === 'loaded') widths.set(text, width);
  return width;
}

/** Text that stays legible on any grey: a dark outline under the colour. */
export function haloText(context: Context2D, text: string, x: number, y: number, color: string): void {
  context.save();
  context.font = FONT;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
  context.restore();
}
