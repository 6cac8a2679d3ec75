import { doseWashPixels } from './doseWash.ts';
import { useLayers } from './layers.ts';
import type { OverlayPainter } from '../plane/planeView.ts';

/** CSS pixels per sample: a dose grid is coarser than the screen by far more than this. */
const STEP = 2;
let scratch: OffscreenCanvas | undefined;

/** The colour wash of the dose in the layers, under isodoses and contours. */
export const doseWashPainter: OverlayPainter = {
  id: 'dose-wash',
  order: 5,
  paint(context, view) {
    const { doseWash } = useLayers.getState();
    if (doseWash === null) return;
    const { width, height, pixels } = doseWashPixels(doseWash.dose, view, doseWash.options, STEP);
    scratch ??= new OffscreenCanvas(1, 1);
    scratch.width = width;
    scratch.height = height;
    scratch.getContext('2d', { willReadFrequently: true })?.putImageData(new ImageData(pixels, width, height), 0, 0);
    context.drawImage(scratch, 0, 0, width * STEP, height * STEP);
  },
};
