import { useDocument } from '#renderer/document/store.ts';
import type { Volume } from '#shared/geometry/volume.ts';
import { samplePlane } from '../../compare/comparePixels.ts';
import type { OverlayPainter, PlaneView } from '../../plane/planeView.ts';
import { firstDose, referenceOfFirst, secondDose, useComparedDoses } from './comparedDoses.ts';
import { paintScale } from './colourScale.ts';

/** CSS pixels per sample. */
const STEP = 2;
/** Differences below this part of the span are not coloured: rounding and interpolation noise. */
const CLEAR = 0.02;
const ABOVE = [255, 70, 40] as const;
const BELOW = [50, 120, 255] as const;

/** RGBA (0..255) of a difference as a fraction of the span: clear at zero, red where the first dose is higher, blue where lower. */
export function differenceColour(t: number): readonly [number, number, number, number] {
  if (Number.isNaN(t) || Math.abs(t) < CLEAR) return [0, 0, 0, 0];
  const strength = Math.min(1, Math.abs(t));
  return [...(t > 0 ? ABOVE : BELOW), Math.round(40 + 130 * strength)];
}

let scratch: OffscreenCanvas | undefined;

/** First minus second dose in colours, with its scale. */
export const differencePainter: OverlayPainter = {
  id: 'dose-difference',
  order: 6,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { on, mode, difference, span } = useComparedDoses.getState();
    if (document === null || !on || mode !== 'difference' || difference === null) return;
    const [first, second, reference] = [firstDose(document), secondDose(document), referenceOfFirst(document)];
    // A difference of other doses than those named must never be looked at.
    if (first?.dose !== difference.of[0] || second?.dose !== difference.of[1] || reference === undefined) return;
    const gray = (span / 100) * reference.dose;
    const { width, height, pixels } = differencePixels(difference.map, view, gray);
    scratch ??= new OffscreenCanvas(1, 1);
    scratch.width = width;
    scratch.height = height;
    scratch.getContext('2d', { willReadFrequently: true })?.putImageData(new ImageData(pixels, width, height), 0, 0);
    context.drawImage(scratch, 0, 0, width * STEP, height * STEP);
    if (view.id === 'axial')
      paintScale(context, view, {
        colour: (t) => differenceColour(2 * t - 1),
        labels: [`−${gray.toFixed(2)} Gy`, '0', `+${gray.toFixed(2)} Gy`],
        title: `${first.name} − ${second.name}`,
      });
  },
};

/** Pixels of a view, sampled every two CSS pixels; `span` Gy is full colour. */
export function differencePixels(
  map: Volume<Float32Array>,
  view: PlaneView,
  span: number,
): { width: number; height: number; pixels: Uint8ClampedArray<ArrayBuffer> } {
  const { width, height, values } = samplePlane(map, view, STEP);
  const pixels = new Uint8ClampedArray(values.length * 4);
  for (let p = 0; p < values.length; p++) pixels.set(differenceColour(values[p] / span), 4 * p);
  return { width, height, pixels };
}
