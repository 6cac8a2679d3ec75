import { useDocument } from '#renderer/document/store.ts';
import { patientToIndex, sampleAtIndex, type Volume } from '#shared/geometry/volume.ts';
import { subtract } from '#shared/geometry/vec.ts';
import type { OverlayPainter, PlaneView } from '../plane/planeView.ts';
import { shownDeformation, useFieldView } from './beams/fieldView.ts';
import { haloText, haloWidth } from './ink.ts';

/** CSS pixels per sample. */
const STEP = 3;
/** Volume halved is as blue as volume doubled is red. */
const FULL = Math.log(2);
const FOLD = [255, 0, 255] as const;

/** RGBA of a determinant: clear at 1, blue where the moving image has less room, red where it has more, magenta where space folds. */
export function jacobianColour(value: number): readonly [number, number, number, number] {
  if (Number.isNaN(value)) return [0, 0, 0, 0];
  if (value <= 0) return [...FOLD, 220];
  const strength = Math.max(-1, Math.min(1, Math.log(value) / FULL));
  const alpha = Math.round(190 * Math.abs(strength));
  return strength < 0 ? [60, 120, 255, alpha] : [255, 80, 50, alpha];
}

let scratch: OffscreenCanvas | undefined;

/** How far the deformation shrinks or stretches tissue. */
export const jacobianPainter: OverlayPainter = {
  id: 'jacobian',
  order: 6,
  paint(context, view) {
    const { jacobian, determinants } = useFieldView.getState();
    if (!jacobian || determinants === null) return;
    if (determinants.of !== shownDeformation(useDocument.getState().document)) return;
    const { width, height, pixels } = jacobianPixels(determinants.map, view);
    scratch ??= new OffscreenCanvas(1, 1);
    scratch.width = width;
    scratch.height = height;
    scratch.getContext('2d', { willReadFrequently: true })?.putImageData(new ImageData(pixels, width, height), 0, 0);
    context.drawImage(scratch, 0, 0, width * STEP, height * STEP);
    const parts = [
      ['½ volume', '#3c78ff'],
      ['1', '#ffffff'],
      ['double', '#ff5032'],
      ['folds', '#ff00ff'],
    ] as const;
    let x = (view.width - parts.reduce((sum, [text]) => sum + haloWidth(context, text) + 10, 0)) / 2;
    for (const [text, colour] of parts) {
      haloText(context, text, x, view.height - 88, colour);
      x += haloWidth(context, text) + 10;
    }
  },
};

function jacobianPixels(map: Volume<Float32Array>, view: PlaneView) {
  const [width, height] = [Math.ceil(view.width / STEP), Math.ceil(view.height / STEP)];
  const pixels = new Uint8ClampedArray(width * height * 4);
  // The map from canvas to node index is affine: three evaluations give it.
  const start = patientToIndex(map, view.toPatient(STEP / 2, STEP / 2));
  const perX = subtract(patientToIndex(map, view.toPatient(STEP * 1.5, STEP / 2)), start);
  const perY = subtract(patientToIndex(map, view.toPatient(STEP / 2, STEP * 1.5)), start);
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++, p += 4) {
      const value = sampleAtIndex(
        map,
        [
          start[0] + x * perX[0] + y * perY[0],
          start[1] + x * perX[1] + y * perY[1],
          start[2] + x * perX[2] + y * perY[2],
        ],
        Number.NaN,
      );
      pixels.set(jacobianColour(value), p);
    }
  return { width, height, pixels };
}
