import { useDocument } from '#renderer/document/store.ts';
import type { ShownDose } from '#renderer/document/shownDoses.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { OverlayPainter, PlaneView } from '../../plane/planeView.ts';
import { firstDose } from '../dose/comparedDoses.ts';
import { haloText, haloWidth } from '../ink.ts';
import { isodoseLines } from '../dose/isodoseLines.ts';
import { useIsodoseView } from '../dose/isodoseView.ts';
import { planeAffine, tracePoints } from '../planeAffine.ts';

const counts = new WeakMap<DoseVolume, DoseVolume>();

/** How many doses reach, as a volume that lines are drawn of. */
function reachOf({ dose, reached }: ShownDose): DoseVolume | undefined {
  if (reached === undefined) return undefined;
  const known = counts.get(dose) ?? { ...dose, data: Float32Array.from(reached.data) };
  counts.set(dose, known);
  return known;
}

/** Where a sum ends to be one: the border of what all its doses reach, white and dotted. */
export const reachPainter: OverlayPainter = {
  id: 'dose-reach',
  order: 11,
  paint(context, view) {
    const { document } = useDocument.getState();
    const first = document === null ? undefined : firstDose(document);
    const parts = first?.dose.derivation;
    if (first === undefined || parts === undefined || !(parts.unreached > 0)) return;
    const { linesVisible, washVisible } = useIsodoseView.getState();
    const reach = reachOf(first);
    if (reach === undefined || (!linesVisible && !washVisible)) return;
    const lines = isodoseLines(reach, view, parts.terms.length - 0.5);
    if (lines.length === 0) return;
    context.save();
    context.strokeStyle = '#fff';
    context.lineWidth = 1;
    context.setLineDash([1, 4]);
    context.beginPath();
    const affine = planeAffine(view);
    for (const line of lines) tracePoints(context, affine, line.points, line.closed);
    context.stroke();
    // On a small plane the words would hide what they are about.
    if (view.id !== 'axial') {
      context.restore();
      return;
    }
    const text = `not all ${parts.terms.length} doses reach beyond`;
    const [middle, bottom] = belowLine(view, lines[0].points);
    haloText(context, text, middle - haloWidth(context, text) / 2, bottom + 14, '#fff');
    context.restore();
  },
};

/** Middle and lower edge of a line on the canvas. */
function belowLine(view: PlaneView, points: Float64Array): [number, number] {
  let [left, right, bottom] = [Infinity, -Infinity, -Infinity];
  for (let n = 0; n < points.length; n += 3) {
    const [x, y] = view.toCanvas([points[n], points[n + 1], points[n + 2]]);
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return [(left + right) / 2, bottom];
}
