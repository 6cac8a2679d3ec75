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

/** Text that stays legible on any grey: a dark outline under the colour, at (x, y) by the context's `textAlign`, on its baseline. */
export function haloText(context: Context2D, text: string, x: number, y: number, color: string): void {
  if (globalThis.OffscreenCanvas === undefined) {
    writeHalo(context, text, x, y, color);
    return;
  }
  const { a: ratio, e, f } = context.getTransform();
  const { picture, width } = wordOf(context, text, color, ratio);
  const { textAlign } = context;
  const left = textAlign === 'right' ? x - width : textAlign === 'center' ? x - width / 2 : x;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(picture, Math.round(left * ratio + e - EDGE * ratio), Math.round(y * ratio + f - ABOVE * ratio));
  context.restore();
}

/** Room for the outline, and for letters above and below the baseline, CSS px. */
const [EDGE, ABOVE, BELOW] = [3, 14, 6];

interface Word {
  readonly picture: OffscreenCanvas;
  readonly width: number;
}

/** Outlines of letters cost a hundred times more to draw than a picture of them, and most words stay while things move. */
const words = new Map<string, Word>();

function wordOf(context: Context2D, text: string, color: string, ratio: number): Word {
  const key = `${ratio} ${color} ${text}`;
  const known = words.get(key);
  if (known !== undefined) return known;
  const width = haloWidth(context, text);
  const size = [Math.ceil((width + 2 * EDGE) * ratio), Math.ceil((ABOVE + BELOW) * ratio)] as const;
  const picture = new OffscreenCanvas(...size);
  const inner = picture.getContext('2d', { willReadFrequently: true });
  inner?.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (inner !== null) writeHalo(inner, text, EDGE, ABOVE, color);
  if (words.size > 500) words.clear();
  const word = { picture, width };
  if (widths.has(text)) words.set(key, word);
  return word;
}

function writeHalo(context: Context2D, text: string, x: number, y: number, color: string): void {
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
