import { cinePainter } from './cine/cinePainter.ts';
import { comparePainter, followComparison } from './compare/comparePainter.ts';
import { doseWashPainter } from './doseWashPainter.ts';
import { useLayers } from './layers.ts';
import { registerPainter } from './overlayRegistry.ts';
import type { OverlayPainter, PlaneId, PlaneView } from './planeView.ts';
import { useView } from './viewStore.ts';

/** The colour of each plane, used for its frame and for its line in the other planes. */
export const PLANE_COLORS: Readonly<Record<PlaneId, string>> = {
  axial: '#e3a64c',
  sagittal: '#5fb3ff',
  coronal: '#6fce8a',
};

/** Vertical and horizontal line of a plane: the planes that cut it there. */
const CUTS: Readonly<Record<PlaneId, readonly [vertical: PlaneId, horizontal: PlaneId]>> = {
  axial: ['sagittal', 'coronal'],
  sagittal: ['coronal', 'axial'],
  coronal: ['sagittal', 'axial'],
};

const GAP = 12;

/** Linked crosshair: lines stop short of the centre so that the voxel looked at stays visible. */
const crosshairPainter: OverlayPainter = {
  id: 'crosshair',
  order: 40,
  paint(context, view) {
    const { crosshair, crosshairVisible } = useView.getState();
    if (!crosshairVisible || useLayers.getState().primary === null) return;
    const [x, y] = view.toCanvas(crosshair).map((v) => Math.round(v) + 0.5);
    const [vertical, horizontal] = CUTS[view.id];
    context.lineWidth = 1;
    context.globalAlpha = 0.75;
    context.strokeStyle = PLANE_COLORS[vertical];
    line(context, x, 0, x, y - GAP);
    line(context, x, y + GAP, x, view.height);
    context.strokeStyle = PLANE_COLORS[horizontal];
    line(context, 0, y, x - GAP, y);
    line(context, x + GAP, y, view.width, y);
  },
};

const BAR_LENGTHS = [1, 2, 5, 10, 20, 50, 100, 200];

/** Length of the scale bar in mm: the longest round length that stays under a quarter of the width. */
export function scaleBarLength(view: Pick<PlaneView, 'scale' | 'width'>): number {
  return BAR_LENGTHS.findLast((mm) => mm * view.scale <= view.width / 4) ?? BAR_LENGTHS[0];
}

const scaleBarPainter: OverlayPainter = {
  id: 'scale-bar',
  order: 50,
  paint(context, view) {
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
  },
};

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
