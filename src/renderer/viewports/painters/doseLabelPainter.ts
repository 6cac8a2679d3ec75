import { useDocument } from '#renderer/document/store.ts';
import type { OverlayPainter } from '../planeView.ts';
import { NOT_CLINICAL } from './doseText.ts';
import { haloText } from './ink.ts';
import { useIsodoseView } from './isodoseView.ts';

/** Wherever dose is drawn: that it is no clinical dose, and when it is stale, why. Bottom right of each plane. */
export const doseLabelPainter: OverlayPainter = {
  id: 'dose-label',
  order: 50,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { linesVisible, washVisible } = useIsodoseView.getState();
    if (document?.dose === undefined || (!linesVisible && !washVisible)) return;
    context.save();
    context.textAlign = 'right';
    const lines: (readonly [string, string])[] = [[NOT_CLINICAL, '#e8b64c']];
    if (document.doseStale !== undefined) lines.push([`STALE DOSE: ${document.doseStale}`, '#ff7a7a']);
    for (const [index, [text, color]] of lines.entries())
      haloText(context, text, view.width - 8, view.height - 8 - 15 * index, color);
    context.restore();
  },
};
