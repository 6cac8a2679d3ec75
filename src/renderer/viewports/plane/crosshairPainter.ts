import { cinePainter } from '../cine/cinePainter.ts';
import { comparePainter, followComparison } from '../compare/comparePainter.ts';
import { doseWashPainter } from '../layers/doseWashPainter.ts';
import { useLayers } from '../layers/layers.ts';
import { activeTool } from '../activeTool.ts';
import { type CrosshairLine, crosshairLines, handlesOf } from './crosshairLines.ts';
import { registerPainter, requestRepaint } from '../overlayRegistry.ts';
import type { OverlayPainter, PlaneId, PlaneView } from './planeView.ts';
import { useView } from '../viewStore.ts';

/** The colour of each plane, used for its frame and for its line in the other planes. */
export const PLANE_COLORS: Readonly<Record<PlaneId, string>> = {
  axial: '#e3a64c',
  sagittal: '#5fb3ff',
  coronal: '#6fce8a',
};

const GAP = 12;
const HANDLE_RADIUS = 5;

let handlesIn: PlaneId | null = null;

/** In which view the handles to turn planes are drawn: the one under the mouse. */
export function showHandles(plane: PlaneId | null): void {
  if (plane === handlesIn) return;
  handlesIn = plane;
  requestRepaint();
}

/** Linked crosshair: lines stop short of the centre so that the voxel looked at stays visible. */
const crosshairPainter: OverlayPainter = {
  id: 'crosshair',
  order: 40,
  paint(context, view) {
    const { crosshairVisible } = useView.getState();
    if (!crosshairVisible || useLayers.getState().primary === null) return;
    context.lineWidth = 1;
    context.globalAlpha = 0.75;
    for (const cut of crosshairLines(view)) {
      context.strokeStyle = PLANE_COLORS[cut.plane];
      paintLine(context, view, cut);
      if (handlesIn !== view.id || activeTool() !== null) continue;
      for (const [x, y] of handlesOf(view, cut)) {
        context.beginPath();
        context.arc(x, y, HANDLE_RADIUS, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  },
};

/** A line right across the view; an upright or level one falls on whole pixels. */
function paintLine(context: CanvasRenderingContext2D, view: PlaneView, { at, along }: CrosshairLine): void {
  const straight = Math.abs(along[0]) < 1e-9 || Math.abs(along[1]) < 1e-9;
  const [x, y] = straight ? at.map((v) => Math.round(v) + 0.5) : at;
  const far = view.width + view.height;
  for (const side of [1, -1])
    line(context, x + side * GAP * along[0], y + side * GAP * along[1], x + side * far * along[0], y + side * far * along[1]); // biome-ignore format: two ends
}

const BAR_LENGTHS = [1, 2, 5, 10, 20, 50, 100, 200];

/** Length of the scale bar in mm: the longest round length that stays under a quarter of the width. */
export function scaleBarLength(view: Pick<PlaneView, 'scale' | 'width'>): number {
  return BAR_LENGTHS.findLast((mm) => mm * view.scale <= view.width / 4) ?? BAR_LENGTHS[0];
}

const scaleBarPainter: OverlayPainter = { id: 'scale-bar', order: 50, paint: paintScaleBar };

/** A bar of a round length in the lower right corner. */
export function paintScaleBar(
  context: CanvasRenderingContext2D,
  view: Pick<PlaneView, 'scale' | 'width' | 'height'>,
): void {
  const mm = scaleBarLength(view);
  const [right, y] = [view.width - 14, view.height - 14];
  const left = right - mm * view.scale;
  context.strokeStyle = '#000';
  context.lineWidth = 4;
  bar(context, left, right, y);
  context.strokeStyle = '#dfe6ee';
  context.lineWidth = 1.5;
  bar(context, left, right, y);
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'center';
  context.lineWidth = 3;
  context.strokeStyle = '#000';
  const label = mm >= 10 ? `${mm / 10} cm` : `${mm} mm`;
  context.strokeText(label, (left + right) / 2, y - 6);
  context.fillStyle = '#dfe6ee';
  context.fillText(label, (left + right) / 2, y - 6);
}

function bar(context: CanvasRenderingContext2D, left: number, right: number, y: number): void {
  line(context, left, y, right, y);
  line(context, left, y - 4, left, y + 4);
  line(context, right, y - 4, right, y + 4);
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Installs comparison, dose colour wash, crosshair and scale bar on all planes; returns their removal. */
export function installViewPainters(): () => void {
  const removals = [
    ...[comparePainter, cinePainter, doseWashPainter, crosshairPainter, scaleBarPainter].map(registerPainter),
    followComparison(),
  ];
  return () => {
    for (const remove of removals) remove();
  };
}
