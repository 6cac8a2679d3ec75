import type { DoseVolume } from '#shared/model/dose.ts';
import type { ShownDose } from '#renderer/document/shownDoses.ts';
import { useDocument } from '#renderer/document/store.ts';
import { type DoseRemark, doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import type { OverlayPainter } from '../../plane/planeView.ts';
import { firstDose, referenceOf } from './comparedDoses.ts';
import { NOT_CLINICAL } from './doseText.ts';
import { css, haloText, haloWidth } from '../ink.ts';
import { levelInGray, useIsodoseView } from './isodoseView.ts';

/** Above the scale bar, px from the bottom. */
const BOTTOM = 58;
/** Below the slice position, px from the top. */
const LEGEND_TOP = 84;
const LINE = 15;
/** Above window and zoom, px from the bottom. */
const LEGEND_BOTTOM = 66;
/** Width of window and zoom in the lower left corner, px: the lowest line keeps clear of them. */
const BESIDE_WINDOW = 130;
const BACKING = 'rgba(5, 8, 12, 0.65)';
/** Left edge of the legend, px, and where an orientation letter would be in its way. */
const LEFT = 8;
const BESIDE_LETTER = 30;

const REMARK_COLORS: Readonly<Record<DoseRemark['kind'], string>> = {
  stale: '#ff7a7a',
  approximate: '#ffb347',
  unchecked: '#e8b64c',
  foreign: '#e8b64c',
  derived: '#9fc7ff',
};

/** Wherever dose is drawn: that it is no clinical dose, what speaks against it, and on the axial plane what the colours mean. */
export const doseLabelPainter: OverlayPainter = {
  id: 'dose-label',
  order: 50,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { linesVisible, washVisible } = useIsodoseView.getState();
    const first = document === null ? undefined : firstDose(document);
    if (document === null || first === undefined || (!linesVisible && !washVisible)) return;
    paintDoseRemarks(context, first.dose, first.stale, view.width, view.height);
    if (view.id === 'axial' && linesVisible) paintLegend(context, first, view.width, view.height);
  },
};

/** Below this width reasons cover the image: those that only tell where a dose came from stand on the large plane and in the panel. */
const NARROW = 450;
/** On a plane beside the beam’s-eye view the legend would cover the patient and the remarks, px. */
const ROOM_FOR_LEGEND = 340;
const isBrief = (kind: DoseRemark['kind'], width: number): boolean =>
  width < NARROW && kind !== 'stale' && kind !== 'approximate';

/** In the lower right corner: that it is no clinical dose, and what else speaks against it. */
export function paintDoseRemarks(
  context: CanvasRenderingContext2D,
  dose: DoseVolume,
  stale: string | undefined,
  width: number,
  height: number,
): void {
  context.save();
  context.textAlign = 'right';
  const lines: (readonly [string, string])[] = [[NOT_CLINICAL, '#e8b64c']];
  for (const { kind, title, reason } of doseRemarks(dose, stale).toReversed())
    lines.push([isBrief(kind, width) ? title : `${title}: ${reason}`, REMARK_COLORS[kind]]);
  // From the bottom upwards: the last line of each text first.
  const rows = lines.flatMap(([text, color], line) =>
    wrapped(context, text, width - 16 - (line === 0 ? BESIDE_WINDOW : 0))
      .reverse()
      .map((row) => [row, color] as const),
  );
  for (const [index, [row, color]] of rows.entries())
    haloText(context, row, width - 8, height - BOTTOM - LINE * index, color);
  context.restore();
}

/** Rows of whole words no wider than `width` px; on a narrow plane a long reason would lose its beginning. */
function wrapped(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const rows = [''];
  for (const word of text.split(' ')) {
    const row = `${rows[rows.length - 1]} ${word}`.trim();
    if (haloWidth(context, row) <= width) rows[rows.length - 1] = row;
    else rows.push(word);
  }
  return rows;
}

function paintLegend(context: CanvasRenderingContext2D, first: ShownDose, width: number, height: number): void {
  const { levels, unit } = useIsodoseView.getState();
  const reference = referenceOf(first);
  const [worst] = doseRemarks(first.dose, first.stale);
  const shown = levels.filter((level) => level.visible).sort((a, b) => b.value - a.value);
  // On a low plane the lowest levels are left out, never written over the middle: the panel has them all.
  const rows = Math.floor((height - LEGEND_TOP - LEGEND_BOTTOM) / LINE) + 1;
  // The orientation letter stands at the left edge halfway down: a long legend goes beside it.
  const x = LEGEND_TOP + LINE * Math.min(rows, shown.length) > height / 2 - LINE ? BESIDE_LETTER : LEFT;
  if (worst !== undefined) haloText(context, worst.title, x, LEGEND_TOP - LINE, REMARK_COLORS[worst.kind]);
  if (rows < 2 || shown.length === 0 || width < ROOM_FOR_LEGEND) return;
  const fitting = shown.length > rows ? shown.slice(0, rows - 1) : shown;
  const lines = fitting.map((level): readonly [string, string] => {
    const gray = levelInGray(level, unit, reference.dose);
    const percent = `${((100 * gray) / reference.dose).toFixed(0)} %${reference.of === 'maximum' ? ' of max' : ''}`;
    return [`${percent}  ${gray.toFixed(1)} Gy`, css(level.color)];
  });
  if (fitting.length < shown.length) lines.push(['…', '#e6edf5']);
  const widest = Math.max(...lines.map(([text]) => haloWidth(context, text)));
  context.save();
  context.fillStyle = BACKING;
  context.fillRect(x - 4, LEGEND_TOP - 12, widest + 8, LINE * lines.length + 2);
  context.restore();
  for (const [row, [text, color]] of lines.entries()) haloText(context, text, x, LEGEND_TOP + LINE * row, color);
}
