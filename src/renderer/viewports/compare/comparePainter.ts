import { colormapByName } from '../layers/colormaps.ts';
import { type ImageLayer, useLayers } from '../layers/layers.ts';
import { windowLimits } from '../layers/layerPresentation.ts';
import type { OverlayPainter, PlaneId, PlaneView } from '../plane/planeView.ts';
import { useView } from '../viewStore.ts';
import { requestRepaint } from '../overlayRegistry.ts';
import { differencePixels, type PlaneSamples, samplePlane, windowedPixels } from './comparePixels.ts';
import type { Comparison } from './comparison.ts';
import { edgePixels } from './edgePixels.ts';

/** A plane's picture and what it was made of: scrolling, windowing or another image make it anew, moving the pointer does not. */
interface Picture {
  readonly key: readonly unknown[];
  readonly canvas: OffscreenCanvas;
  readonly step: number;
}

const pictures = new Map<PlaneId, Picture>();

/** The second image against the first in all ways but blending, which the GPU does; under dose, contours and crosshair. */
export const comparePainter: OverlayPainter = {
  id: 'compare',
  order: 2,
  paint(context, view) {
    const { primary, secondary, comparison } = useLayers.getState();
    const { mode } = comparison;
    if (mode === 'blend' || mode === 'side' || primary === null || secondary === null || !secondary.visible) return;
    const lens = useView.getState().cursor;
    if (mode === 'spyglass' && lens?.plane !== view.id) return;
    if (mode === 'difference' && primary.image.modality !== secondary.image.modality) return;
    const picture = pictureOf(view, primary, secondary, comparison);
    context.save();
    context.beginPath();
    if (mode === 'checkerboard') tiles(context, view, comparison.tile);
    else if (mode === 'spyglass' && lens !== null)
      context.arc(...view.toCanvas(lens.point), comparison.lens, 0, 2 * Math.PI);
    else context.rect(0, 0, view.width, view.height);
    context.clip();
    context.imageSmoothingEnabled = picture.step > 1;
    context.drawImage(picture.canvas, 0, 0, picture.canvas.width * picture.step, picture.canvas.height * picture.step);
    context.restore();
    if (mode === 'spyglass' && lens !== null) {
      context.beginPath();
      context.arc(...view.toCanvas(lens.point), comparison.lens, 0, 2 * Math.PI);
      context.strokeStyle = '#dfe6ee';
      context.lineWidth = 1.5;
      context.stroke();
    }
  },
};

/** Adds the tiles of the second image to the path. They lie fixed in the patient: panning does not shift them over the anatomy. */
function tiles(context: CanvasRenderingContext2D, view: PlaneView, tile: number): void {
  const along = (axis: 'right' | 'down', mm: number): number =>
    view.point.reduce((sum, value, i) => sum + value * view[axis][i], mm);
  const { scale, width, height } = view;
  const [left, top] = [along('right', -width / 2 / scale), along('down', -height / 2 / scale)];
  const size = tile * scale;
  for (let row = Math.floor(top / tile); (row * tile - top) * scale < height; row++)
    for (let column = Math.floor(left / tile); (column * tile - left) * scale < width; column++)
      if ((row + column) % 2 !== 0)
        context.rect((column * tile - left) * scale, (row * tile - top) * scale, size, size);
}

function pictureOf(view: PlaneView, first: ImageLayer, second: ImageLayer, comparison: Comparison): Picture {
  const { mode } = comparison;
  const firstKey = mode === 'difference' ? [first.image, first.window, comparison.span] : [];
  const key = [mode, second.image, second.window, second.colormap, view.scale, view.width, view.height];
  key.push(...view.point, ...view.right, ...view.down, ...firstKey, mode === 'edges' ? comparison.edge : 0);
  const known = pictures.get(view.id);
  if (known !== undefined && known.key.length === key.length && known.key.every((part, i) => part === key[i]))
    return known;
  const samples = samplePlane(second.image, view);
  const pixels = pixelsOf(samples, view, first, second, comparison);
  const canvas = new OffscreenCanvas(samples.width, samples.height);
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, samples.width, samples.height), 0, 0);
  const picture = { key, canvas, step: samples.step };
  pictures.set(view.id, picture);
  return picture;
}

function pixelsOf(
  samples: PlaneSamples,
  view: PlaneView,
  first: ImageLayer,
  second: ImageLayer,
  { mode, span, edge }: Comparison,
): Uint8ClampedArray<ArrayBuffer> {
  const limits = windowLimits(second.image, second.window);
  // Between two voxels the interpolated gradient is flat: half a voxel of smoothing gives it its one top.
  const blur = Math.min(...second.image.spacing) / 2;
  if (mode === 'edges') return edgePixels(samples, limits, view.scale, blur, edge);
  if (mode !== 'difference') return windowedPixels(samples, limits, colormapByName(second.colormap ?? 'Grey'));
  // In one unit the difference is of values, on the first image's window; arbitrary units can only be compared as greys.
  const sameUnit = first.image.unit !== '' && first.image.unit === second.image.unit;
  const own = sameUnit ? windowLimits(second.image, first.window) : limits;
  return differencePixels(samplePlane(first.image, view), windowLimits(first.image, first.window), samples, own, span);
}

/** Repaints when what the painter draws changes without the view; returns the stop. */
export function followComparison(): () => void {
  const stops = [
    useLayers.subscribe((state, before) => {
      if (state.comparison.mode !== 'blend' || before.comparison.mode !== 'blend') requestRepaint();
    }),
    useView.subscribe((state, before) => {
      if (state.cursor !== before.cursor && useLayers.getState().comparison.mode === 'spyglass') requestRepaint();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
