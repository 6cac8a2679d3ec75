import { dot, type Vec3 } from '#shared/geometry/vec.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { type ContourIndex, type SectionLine, sectionOnPlane } from '#shared/structures/contours/section.ts';
import { useDocument } from '#renderer/document/store.ts';
import { useToolFeedback } from '#renderer/tools/feedback.ts';
import { requestRepaint } from '../../overlayRegistry.ts';
import type { OverlayPainter, PlaneView } from '../../plane/planeView.ts';
import { contourIndexOf, isIndexed, openContoursOf } from './contourIndexes.ts';
import { useContourView } from './contourView.ts';
import { css, haloText } from '../ink.ts';
import { type Context2D, keptDrawing } from '../keptDrawing.ts';
import { type PlaneAffine, planeAffine, tracePoints } from '../planeAffine.ts';

/** ROIs opened for the first time are indexed for this long per frame; the rest follow in the next frames. */
const INDEXING_BUDGET_MS = 12;
const MARKER_SIZE = 4;
/** Dashes, px: of slices between drawn ones that were filled and are not accepted; of sections where nothing is drawn. */
const INTERPOLATED = [7, 4];
const BETWEEN = [4, 3];

/**
 * All visible ROIs: the contours themselves on the planes they were drawn on, sections through them on the others. Where a plane
 * lies between contour planes the section is dashed: nobody drew it there.
 */
export const contourPainter: OverlayPainter = {
  id: 'contours',
  order: 20,
  paint(context, view) {
    const { document } = useDocument.getState();
    if (document === null) return;
    const contourView = useContourView.getState();
    const previewed = useToolFeedback.getState().preview?.roiNumber;
    const { primary, structures } = document;
    const { rois } = structures;
    keptDrawing(context, view, 'contours', [rois, primary, contourView, previewed], (inner) =>
      paintRois(inner, view, rois, primary, previewed),
    );
  },
};

/** Whether all ROIs are indexed and drawn. */
function paintRois(
  context: Context2D,
  view: PlaneView,
  rois: readonly Roi[],
  grid: Grid,
  previewed: number | undefined,
): boolean {
  const { hidden } = useContourView.getState();
  const began = performance.now();
  // Round joins cost more than all else of a line where a canvas is drawn in software; at these widths nobody sees them.
  context.lineJoin = 'bevel';
  for (const roi of rois) {
    // A tool shows what the ROI will be; its present contours would only confuse.
    if (hidden.has(roi.number) || roi.contours.length === 0 || roi.number === previewed) continue;
    if (!isIndexed(roi, grid) && performance.now() - began > INDEXING_BUDGET_MS) {
      requestRepaint();
      return false;
    }
    paintRoi(context, view, roi, grid);
  }
  return true;
}

function paintRoi(context: Context2D, view: PlaneView, roi: Roi, grid: Grid): void {
  const affine = planeAffine(view);
  const { fillOpacity, lineWidth, names } = useContourView.getState();
  context.strokeStyle = css(roi.color);
  context.lineWidth = lineWidth;
  paintOpen(context, view, roi, grid, affine);
  const index = contourIndexOf(roi, grid);
  if (index === undefined) return;
  const lines = sectionOnPlane(index, view.point, view.normal);
  if (lines.length === 0) return;
  context.beginPath();
  for (const line of lines) tracePoints(context, affine, line, true);
  if (fillOpacity > 0) {
    context.fillStyle = css(roi.color, fillOpacity);
    context.fill('evenodd');
  }
  const dash = isInterpolated(index, view) ? INTERPOLATED : liesBeside(lines[0], view, grid) ? BETWEEN : [];
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
  if (names) paintName(context, view, roi, lines);
}

/** Whether the view shows a slice whose contours were interpolated and are not accepted. */
function isInterpolated({ stack, planes }: ContourIndex, view: PlaneView): boolean {
  if (Math.abs(dot(view.normal, stack.normal)) < 1 - 1e-6) return false;
  const at = dot(view.point, stack.normal);
  const plane = planes.find(({ low, high }) => low <= at && at < high);
  return plane?.contours.some(({ interpolated }) => interpolated === true) ?? false;
}

/** Whether a section taken from contours parallel to the view comes from another slice than the one in view. */
function liesBeside(line: SectionLine, view: PlaneView, grid: Grid): boolean {
  const distance = Math.abs(dot([line[0], line[1], line[2]], view.normal) - dot(view.point, view.normal));
  return distance > 0.51 * spacingAlong(grid, view.normal);
}

const spacingAlong = (grid: Grid, normal: Vec3): number =>
  grid.spacing.reduce((sum, spacing, axis) => {
    const along = dot([grid.direction[3 * axis], grid.direction[3 * axis + 1], grid.direction[3 * axis + 2]], normal);
    return sum + Math.abs(along) * spacing;
  }, 0);

/** Points (crosses) and open lines within half a slice of the view. */
function paintOpen(context: Context2D, view: PlaneView, roi: Roi, grid: Grid, affine: PlaneAffine): void {
  const open = openContoursOf(roi, grid);
  if (open.length === 0) return;
  const reach = 0.5 * spacingAlong(grid, view.normal) + 0.01;
  context.beginPath();
  for (const contour of open) {
    if (!contourWithin(contour, view, reach)) continue;
    if (contour.type !== 'POINT') tracePoints(context, affine, contour.points, false);
    else
      for (let i = 0; i + 2 < contour.points.length; i += 3) {
        const [x, y] = view.toCanvas([contour.points[i], contour.points[i + 1], contour.points[i + 2]]);
        context.moveTo(x - MARKER_SIZE, y);
        context.lineTo(x + MARKER_SIZE, y);
        context.moveTo(x, y - MARKER_SIZE);
        context.lineTo(x, y + MARKER_SIZE);
      }
  }
  context.stroke();
}

function contourWithin({ points }: Contour, view: PlaneView, reach: number): boolean {
  const at = dot(view.point, view.normal);
  for (let i = 0; i + 2 < points.length; i += 3)
    if (Math.abs(dot([points[i], points[i + 1], points[i + 2]], view.normal) - at) > reach) return false;
  return points.length > 0;
}

/** The name beside the right-most vertex. */
function paintName(context: Context2D, view: PlaneView, roi: Roi, lines: readonly SectionLine[]): void {
  let best: [number, number] = [-Infinity, 0];
  for (const line of lines)
    for (let i = 0; i + 2 < line.length; i += 3) {
      const at = view.toCanvas([line[i], line[i + 1], line[i + 2]]);
      if (at[0] > best[0]) best = at;
    }
  haloText(context, roi.name, best[0] + 4, best[1] + 4, css(roi.color));
}
