import { shownDoses } from '#renderer/document/shownDoses.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { samplePlane } from '#renderer/viewports/compare/comparePixels.ts';
import { paintScale } from '#renderer/viewports/painters/dose/colourScale.ts';
import type { OverlayPainter } from '#renderer/viewports/plane/planeView.ts';
import { type JudgedGamma, useGamma } from './gammaStore.ts';

/** CSS pixels per sample. */
const STEP = 2;
/** Full red. */
const MOST = 2;

/** RGBA (0..255) of a gamma: green that fades towards 0 where it passes, from yellow to red where it fails; clear where not judged. */
export function gammaColour(gamma: number): readonly [number, number, number, number] {
  if (Number.isNaN(gamma)) return [0, 0, 0, 0];
  if (gamma <= 1) return [40, 200, 120, Math.round(30 + 100 * Math.max(0, gamma))];
  const t = Math.min(1, (gamma - 1) / (MOST - 1));
  return [255, Math.round(215 * (1 - t)), 0, 210];
}

/** Whether both doses are still what they were when it was computed. */
export function stands(document: ClinicalDocument, { reference, evaluated }: JudgedGamma): boolean {
  const doses = shownDoses(document);
  return [reference, evaluated].every((one) => doses.some(({ dose }) => dose === one.dose));
}

let scratch: OffscreenCanvas | undefined;

/** The gamma map on the planes with its scale. */
export const gammaPainter: OverlayPainter = {
  id: 'dose-gamma',
  order: 7,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { result, visible } = useGamma.getState();
    if (document === null || result === null || !visible || !stands(document, result)) return;
    const { width, height, values } = samplePlane(result.map, view, STEP);
    const pixels = new Uint8ClampedArray(values.length * 4);
    for (let p = 0; p < values.length; p++) pixels.set(gammaColour(values[p]), 4 * p);
    scratch ??= new OffscreenCanvas(1, 1);
    scratch.width = width;
    scratch.height = height;
    scratch.getContext('2d', { willReadFrequently: true })?.putImageData(new ImageData(pixels, width, height), 0, 0);
    context.drawImage(scratch, 0, 0, width * STEP, height * STEP);
    if (view.id !== 'axial') return;
    const { dd, dta, local = false } = result.criteria;
    paintScale(context, view, {
      colour: (t) => gammaColour(MOST * t),
      labels: ['γ 0', '1', `≥ ${MOST}`],
      title: `γ ${dd} % ${local ? 'local' : 'global'} / ${dta} mm: ${result.passRate.toFixed(1)} % of ${result.n} points`,
    });
  },
};
