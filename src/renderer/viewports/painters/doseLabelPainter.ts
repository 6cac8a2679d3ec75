import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import type { OverlayPainter } from '../planeView.ts';
import { NOT_CLINICAL } from './doseText.ts';
import { css, haloText } from './ink.ts';
import { levelInGray, referenceDose, useIsodoseView } from './isodoseView.ts';

/** Above the scale bar, px from the bottom. */
const BOTTOM = 58;
/** Below the slice position, px from the top. */
const LEGEND_TOP = 84;
const LINE = 15;
/** Left edge of the legend, px, and where an orientation letter would be in its way. */
const LEFT = 8;
const BESIDE_LETTER = 30;

/** Wherever dose is drawn: that it is no clinical dose, when it is stale why, and on the axial plane what the colours mean. */
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
      haloText(context, text, view.width - 8, view.height - BOTTOM - LINE * index, color);
    context.restore();
    if (view.id === 'axial' && linesVisible) paintLegend(context, document, view.height);
  },
};

function paintLegend(context: CanvasRenderingContext2D, document: ClinicalDocument, height: number): void {
  const { levels, unit } = useIsodoseView.getState();
  const reference = referenceDose(document);
  if (reference === undefined) return;
  const shown = levels.filter((level) => level.visible).sort((a, b) => b.value - a.value);
  // The orientation letter stands at the left edge halfway down: a long legend goes beside it.
  const x = LEGEND_TOP + LINE * shown.length > height / 2 - LINE ? BESIDE_LETTER : LEFT;
  for (const [index, level] of shown.entries()) {
    const gray = levelInGray(level, unit, reference.dose);
    const percent = `${((100 * gray) / reference.dose).toFixed(0)} %${reference.of === 'maximum' ? ' of max' : ''}`;
    haloText(context, `${percent}  ${gray.toFixed(1)} Gy`, x, LEGEND_TOP + LINE * index, css(level.color));
  }
}
