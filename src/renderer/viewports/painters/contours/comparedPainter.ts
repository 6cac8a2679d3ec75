import { useDocument } from '#renderer/document/store.ts';
import { sectionOnPlane } from '#shared/structures/contours/section.ts';
import type { OverlayPainter } from '../../plane/planeView.ts';
import { useCompared } from './comparedView.ts';
import { contourIndexOf } from './contourIndexes.ts';
import { haloText } from '../ink.ts';
import { planeAffine, tracePoints } from '../planeAffine.ts';

/** No structure is white unless somebody chose it: the reference stands out from all of them. */
const WHITE = 'rgba(255, 255, 255, 1)';

/** The structure that another one is held against: white, in long dashes. */
export const comparedPainter: OverlayPainter = {
  id: 'compared',
  order: 21,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { reference } = useCompared.getState();
    if (document === null || reference === null) return;
    const index = contourIndexOf(reference, document.primary);
    if (index === undefined) return;
    const lines = sectionOnPlane(index, view.point, view.normal);
    if (lines.length === 0) return;
    context.save();
    context.strokeStyle = WHITE;
    context.lineWidth = 1.5;
    context.setLineDash([9, 5]);
    context.beginPath();
    const affine = planeAffine(view);
    for (const line of lines) tracePoints(context, affine, line, true);
    context.stroke();
    context.setLineDash([]);
    const [x, y, z] = lines[0];
    const [left, top] = view.toCanvas([x, y, z]);
    haloText(context, `${reference.name} (reference)`, left + 4, top - 6, WHITE);
    context.restore();
  },
};
