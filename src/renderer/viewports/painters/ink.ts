import type { Rgb } from '#shared/model/structures.ts';

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgba(${r}, ${g}, ${b}, ${alpha})`;

const FONT = '600 11px system-ui, sans-serif';

/** Width of `text` as haloText draws it, px. */
export function haloWidth(context: CanvasRenderingContext2D, text: string): number {
  context.save();
  context.font = FONT;
  const { width } = context.measureText(text);
  context.restore();
  return width;
}

/** Text that stays legible on any grey: a dark outline under the colour. */
export function haloText(context: CanvasRenderingContext2D, text: string, x: number, y: number, color: string): void {
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
