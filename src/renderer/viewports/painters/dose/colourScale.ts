import type { PlaneView } from '../../plane/planeView.ts';
import { css, haloText, haloWidth } from '../ink.ts';

/** Size of the bar, and its place below what stands in the right upper corner, px. */
const [WIDTH, HEIGHT, TOP, RIGHT] = [180, 9, 72, 44];

interface ColourScale {
  /** RGBA of a place 0..1 on the scale. */
  readonly colour: (t: number) => readonly [number, number, number, number];
  /** Evenly spread under the bar. */
  readonly labels: readonly string[];
  readonly title: string;
}

/** A bar of colours with its numbers in the right upper part. */
export function paintScale(
  context: CanvasRenderingContext2D,
  { width }: Pick<PlaneView, 'width'>,
  { colour, labels, title }: ColourScale,
): void {
  const left = Math.max(4, width - WIDTH - RIGHT);
  context.save();
  context.fillStyle = '#000a';
  context.fillRect(left - 34, TOP, WIDTH + 68, 48);
  context.textAlign = 'left';
  haloText(
    context,
    title,
    Math.min(left + (WIDTH - haloWidth(context, title)) / 2, width - haloWidth(context, title) - 4),
    TOP + 13,
    '#e6edf5',
  );
  context.fillStyle = '#3a4350';
  context.fillRect(left, TOP + 19, WIDTH, HEIGHT);
  for (let x = 0; x < WIDTH; x++) {
    const [r, g, b, a] = colour((x + 0.5) / WIDTH);
    context.fillStyle = css([r, g, b], a / 255);
    context.fillRect(left + x, TOP + 19, 1, HEIGHT);
  }
  for (const [n, label] of labels.entries()) {
    const x = left + (n / (labels.length - 1)) * WIDTH;
    haloText(context, label, x - haloWidth(context, label) / 2, TOP + 42, '#e6edf5');
  }
  context.restore();
}
