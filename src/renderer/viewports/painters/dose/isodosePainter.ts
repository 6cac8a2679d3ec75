import { unfitReason } from '#shared/dosimetry/standing/doseStanding.ts';
import { useDocument } from '#renderer/document/store.ts';
import type { ShownDose } from '#renderer/document/shownDoses.ts';
import type { OverlayPainter, PlaneView } from '../../plane/planeView.ts';
import { firstDose, linesOfSecond, referenceOfFirst } from './comparedDoses.ts';
import { css } from '../ink.ts';
import { isodoseLines } from './isodoseLines.ts';
import { levelInGray, useIsodoseView } from './isodoseView.ts';
import { planeAffine, tracePoints } from '../planeAffine.ts';

/** Dashes of a dose that does not stand for its plan, of the second of two, and of a second that does not stand. */
const UNFIT = [6, 4];
const SECOND = [3, 3];
const UNFIT_SECOND = [10, 3, 2, 3];

/** Isodose lines of the dose looked at, cold under hot, dashed while it is stale or approximate; of the one it is compared with, dotted. */
export const isodosePainter: OverlayPainter = {
  id: 'isodoses',
  order: 10,
  paint(context, view) {
    const { document } = useDocument.getState();
    if (document === null || !useIsodoseView.getState().linesVisible) return;
    const first = firstDose(document);
    const second = linesOfSecond(document);
    if (second !== undefined) paintIsodoses(context, view, second, isUnfit(second) ? UNFIT_SECOND : SECOND);
    if (first !== undefined) paintIsodoses(context, view, first, isUnfit(first) ? UNFIT : []);
  },
};

export const isUnfit = ({ dose, stale }: ShownDose): boolean => unfitReason(dose, stale) !== undefined;

/** The lines of one dose at the levels of the first: the same colour is the same dose in Gy. */
export function paintIsodoses(
  context: CanvasRenderingContext2D,
  view: PlaneView,
  { dose }: ShownDose,
  dash: readonly number[],
): void {
  const { document } = useDocument.getState();
  const { levels, unit, lineWidth } = useIsodoseView.getState();
  const reference = document === null ? undefined : referenceOfFirst(document);
  if (reference === undefined) return;
  const affine = planeAffine(view);
  context.save();
  context.lineJoin = 'round';
  // Dots of the same width would look thinner than a line.
  context.lineWidth = dash.length > 0 ? lineWidth * 1.25 : lineWidth;
  context.setLineDash([...dash]);
  for (const level of [...levels].sort((a, b) => a.value - b.value)) {
    const gray = levelInGray(level, unit, reference.dose);
    if (!level.visible || !(gray > 0)) continue;
    context.strokeStyle = css(level.color);
    context.beginPath();
    for (const line of isodoseLines(dose, view, gray)) tracePoints(context, affine, line.points, line.closed);
    context.stroke();
  }
  context.restore();
}
