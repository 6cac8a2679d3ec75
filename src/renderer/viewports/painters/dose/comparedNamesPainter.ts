import { useDocument } from '#renderer/document/store.ts';
import type { OverlayPainter, PlaneView } from '../../plane/planeView.ts';
import { firstDose, secondDose, useComparedDoses } from './comparedDoses.ts';
import { haloText, haloWidth } from '../ink.ts';

/** Below the orientation letter of the upper edge, px. */
const TOP = 40;
/** Narrower than this the corners meet in the middle: names stand above window and zoom, px from the left and from the bottom. */
const [NARROW, LEFT, BOTTOM] = [450, 8, 84];
const LINE = 15;
const INK = '#e6edf5';

/** Which doses are on the planes, wherever it is not just the active plan's. */
export const comparedNamesPainter: OverlayPainter = {
  id: 'compared-names',
  order: 51,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { on, first: chosen, mode } = useComparedDoses.getState();
    if (document === null || !on) return;
    const [first, second] = [firstDose(document), secondDose(document)];
    // The difference names both beside its scale.
    if (first === undefined || (chosen === null && second === undefined)) return;
    if (mode === 'difference' && second !== undefined) return;
    if (second === undefined) paintName(context, view, first.name, []);
    else paintName(context, view, `A  ${first.name}`, []);
    if (second !== undefined && mode === 'lines') paintName(context, view, `B  ${second.name}`, [3, 3], 1);
  },
};

/** A dose's name with a piece of its line: in the middle of the upper edge, on a narrow plane at the left. */
export function paintName(
  context: CanvasRenderingContext2D,
  { width, height }: Pick<PlaneView, 'width' | 'height'>,
  name: string,
  dash: readonly number[],
  row = 0,
): void {
  const narrow = width < NARROW;
  const y = (narrow ? height - BOTTOM : TOP) + LINE * row;
  const left = narrow ? LEFT : (width - haloWidth(context, name) - 30) / 2;
  context.save();
  context.textAlign = 'left';
  for (const [color, lineWidth] of [['#000', 4], [INK, 1.5]] as const) {
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(left, y - 4);
    context.lineTo(left + 24, y - 4);
    context.stroke();
  } // biome-ignore format: two strokes
  context.setLineDash([]);
  haloText(context, name, left + 30, y, INK);
  context.restore();
}
