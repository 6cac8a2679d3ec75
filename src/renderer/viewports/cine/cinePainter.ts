import { colormapByName } from '../layers/colormaps.ts';
import { samplePlane, windowedPixels } from '../compare/comparePixels.ts';
import { useLayers, type Window } from '../layers/layers.ts';
import { windowLimits } from '../layers/layerPresentation.ts';
import type { OverlayPainter, PlaneId, PlaneView } from '../plane/planeView.ts';
import { type CinePhase, useCine } from './cine.ts';

/** The phases of a plane as pictures, drawn once: a second time round, playing is no more than copying. */
interface Reel {
  readonly key: readonly unknown[];
  readonly pictures: Map<CinePhase, { readonly canvas: OffscreenCanvas; readonly step: number }>;
}

const reels = new Map<PlaneId, Reel>();

/** The current phase over both images, under dose, contours and crosshair, with its label. */
export const cinePainter: OverlayPainter = {
  id: 'cine',
  order: 3,
  paint(context, view) {
    const { phases, index } = useCine.getState();
    const phase = phases.at(index);
    if (phase === undefined) {
      reels.clear();
      return;
    }
    const { canvas, step } = pictureOf(view, phase);
    context.drawImage(canvas, 0, 0, canvas.width * step, canvas.height * step);
    context.font = '600 13px system-ui, sans-serif';
    context.textAlign = 'center';
    context.lineWidth = 3;
    context.strokeStyle = '#000';
    const label = `${phase.label}  (${index + 1} of ${phases.length})`;
    context.strokeText(label, view.width / 2, view.height - 40);
    context.fillStyle = '#8fd3ff';
    context.fillText(label, view.width / 2, view.height - 40);
  },
};

function pictureOf(view: PlaneView, phase: CinePhase): { readonly canvas: OffscreenCanvas; readonly step: number } {
  const { primary } = useLayers.getState();
  // HU are HU: phases are looked at through the planning image's window.
  const window: Window = primary?.image.unit === phase.image.unit ? primary.window : phase.image.window;
  const key = [
    window.center,
    window.width,
    view.scale,
    view.width,
    view.height,
    ...view.point,
    ...view.right,
    ...view.down,
  ];
  let reel = reels.get(view.id);
  if (reel === undefined || reel.key.some((part, i) => part !== key[i])) {
    reel = { key, pictures: new Map() };
    reels.set(view.id, reel);
  }
  const known = reel.pictures.get(phase);
  if (known !== undefined) return known;
  const samples = samplePlane(phase.image, view);
  const pixels = windowedPixels(samples, windowLimits(phase.image, window), colormapByName('Grey'));
  const canvas = new OffscreenCanvas(samples.width, samples.height);
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, samples.width, samples.height), 0, 0);
  const picture = { canvas, step: samples.step };
  reel.pictures.set(phase, picture);
  return picture;
}
