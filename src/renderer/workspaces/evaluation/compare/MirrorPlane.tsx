import { useEffect, useRef } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { samplePlane, windowedPixels } from '#renderer/viewports/compare/comparePixels.ts';
import { colormapByName } from '#renderer/viewports/layers/colormaps.ts';
import { PLANE_COLORS } from '#renderer/viewports/plane/crosshairPainter.ts';
import { doseWashPixels } from '#renderer/viewports/layers/doseWash.ts';
import { paintEdgeLetters } from '#renderer/viewports/plane/edgeLetters.ts';
import { windowLimits } from '#renderer/viewports/layers/layerPresentation.ts';
import { useLayers } from '#renderer/viewports/layers/layers.ts';
import { currentPainters, onRepaint, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import { secondDose } from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { paintName } from '#renderer/viewports/painters/dose/comparedNamesPainter.ts';
import { paintDoseRemarks } from '#renderer/viewports/painters/dose/doseLabelPainter.ts';
import { isUnfit, paintIsodoses } from '#renderer/viewports/painters/dose/isodosePainter.ts';
import { useIsodoseView } from '#renderer/viewports/painters/dose/isodoseView.ts';
import { planeHost } from '#renderer/viewports/plane/planeHost.ts';
import { installPlaneInput } from '#renderer/viewports/plane/planeInput.ts';
import type { PlaneId, PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';

/** What is of the first dose, or lies on the GPU's image: drawn here otherwise. */
const LEFT_OUT = new Set([
  'compare',
  'cine',
  'dose-wash',
  'dose-difference',
  'dose-gamma',
  'isodoses',
  'dose-reach',
  'dose-label',
  'compared-names',
]);
/** CSS pixels per sample of the colour wash. */
const WASH_STEP = 2;

/** The second dose on the planning image, on a plane that is the one beside it in everything else: place, slice, zoom, mouse. */
export function MirrorPlane({ plane }: { readonly plane: PlaneId }) {
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const [box, target] = [element.current, canvas.current];
    if (box === null || target === null) return undefined;
    const view = (): PlaneView | null => mirrored(plane, box);
    const paint = (): void => {
      const now = view();
      if (now !== null) paintMirror(target, now);
    };
    const observer = new ResizeObserver(requestRepaint);
    observer.observe(box);
    const stops = [
      installPlaneInput({ id: plane, element: box, view, attach: () => () => undefined }),
      onRepaint(paint),
      useLayers.subscribe(requestRepaint),
      () => observer.disconnect(),
    ];
    requestRepaint();
    return () => {
      for (const stop of stops) stop();
    };
  }, [plane]);
  return (
    <div
      className="plane mirror-plane"
      data-testid={`mirror-${plane}`}
      ref={element}
      style={{ borderTopColor: PLANE_COLORS[plane] }}
    >
      <canvas ref={canvas} />
    </div>
  );
}

/** The view of a plane on an element of its own size. */
function mirrored(plane: PlaneId, { clientWidth: width, clientHeight: height }: HTMLElement): PlaneView | null {
  const view = planeHost(plane).view();
  if (view === null || width < 2 || height < 2) return null;
  const { id, right, down, normal, scale, point } = view;
  return planeViewOf({ id, axes: { right, down, normal }, centre: point, scale, width, height });
}

let scratch: OffscreenCanvas | undefined;

function paintMirror(canvas: HTMLCanvasElement, view: PlaneView): void {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const { document } = useDocument.getState();
  const { primary, doseWash } = useLayers.getState();
  if (context === null) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  if (document === null || primary === null) return;
  const samples = samplePlane(primary.image, view);
  const grey = windowedPixels(
    samples,
    windowLimits(primary.image, primary.window),
    colormapByName(primary.colormap ?? 'Grey'),
  );
  blit(context, grey, samples.width, samples.height, samples.step);
  const second = secondDose(document);
  if (second === undefined) return;
  if (doseWash !== null) {
    const wash = doseWashPixels(second.dose, view, doseWash.options, WASH_STEP);
    blit(context, wash.pixels, wash.width, wash.height, WASH_STEP);
  }
  if (useIsodoseView.getState().linesVisible) paintIsodoses(context, view, second, isUnfit(second) ? [6, 4] : []);
  for (const painter of currentPainters()) {
    if (LEFT_OUT.has(painter.id)) continue;
    context.save();
    painter.paint(context, view);
    context.restore();
  }
  paintDoseRemarks(context, second.dose, second.stale, view.width, view.height);
  paintEdgeLetters(context, view);
  paintName(context, view, `B  ${second.name}`, []);
}

function blit(
  context: CanvasRenderingContext2D,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
  step: number,
): void {
  scratch ??= new OffscreenCanvas(1, 1);
  scratch.width = width;
  scratch.height = height;
  scratch.getContext('2d', { willReadFrequently: true })?.putImageData(new ImageData(pixels, width, height), 0, 0);
  context.drawImage(scratch, 0, 0, width * step, height * step);
}
