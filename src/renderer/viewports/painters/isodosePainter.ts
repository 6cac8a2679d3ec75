import { unfitReason } from '#shared/dosimetry/standing/doseStanding.ts';
import { useDocument } from '#renderer/document/store.ts';
import type { OverlayPainter } from '../planeView.ts';
import { css } from './ink.ts';
import { isodoseLines } from './isodoseLines.ts';
import { levelInGray, referenceDose, useIsodoseView } from './isodoseView.ts';
import { planeAffine, tracePoints } from './planeAffine.ts';

/** Isodose lines of the document's dose, cold under hot; dashed while it is stale or approximate. */
export const isodosePainter: OverlayPainter = {
  id: 'isodoses',
  order: 10,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { levels, unit, linesVisible, lineWidth } = useIsodoseView.getState();
    if (document?.dose === undefined || !linesVisible) return;
    const reference = referenceDose(document);
    if (reference === undefined) return;
    const affine = planeAffine(view);
    context.save();
    context.lineJoin = 'round';
    context.lineWidth = lineWidth;
    if (unfitReason(document.dose, document.doseStale) !== undefined) context.setLineDash([6, 4]);
    for (const level of [...levels].sort((a, b) => a.value - b.value)) {
      const gray = levelInGray(level, unit, reference.dose);
      if (!level.visible || !(gray > 0)) continue;
      context.strokeStyle = css(level.color);
      context.beginPath();
      for (const line of isodoseLines(document.dose, view, gray))
        tracePoints(context, affine, line.points, line.closed);
      context.stroke();
    }
    context.restore();
  },
};
