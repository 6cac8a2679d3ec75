import { dot, subtract } from '#shared/geometry/vec.ts';
import { patientToIndex } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Scribble } from '#shared/segmentation/scribbles.ts';
import { sectionOnPlane } from '#shared/structures/contours/section.ts';
import { useDocument } from '#renderer/document/store.ts';
import { useSegment } from '#renderer/tools/segment/segmentStore.ts';
import type { OverlayPainter, PlaneView } from '../../plane/planeView.ts';
import { contourIndexOf } from './contourIndexes.ts';
import { planeAffine, tracePoints } from '../planeAffine.ts';

/** CSS pixels per sample of the preview. */
const STEP = 2;
/** Colour of values in the range, as RGBA bytes of a little-endian word. */
const IN_RANGE = (150 << 24) | (60 << 16) | (200 << 8) | 255;
const SCRIBBLE_COLOR: Record<Scribble['label'], string> = { object: '#4fe07a', background: '#ff7a5c' };
let scratch: OffscreenCanvas | undefined;

/** What segmenting shows before anything is made: values in the range, and the scribbles. */
export const segmentPainter: OverlayPainter = {
  id: 'segment',
  order: 6,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { preview, scribbles } = useSegment.getState();
    if (document === null) return;
    if (preview) paintRange(context, view, document.primary);
    for (const scribble of scribbles) paintScribble(context, view, scribble);
  },
};

function paintRange(context: CanvasRenderingContext2D, view: PlaneView, image: ImageVolume): void {
  const { low, high, within } = useSegment.getState();
  const { width, height, pixels } = rangePixels(image, view, low, high, STEP);
  scratch ??= new OffscreenCanvas(1, 1);
  scratch.width = width;
  scratch.height = height;
  scratch.getContext('2d', { willReadFrequently: true })?.putImageData(new ImageData(pixels, width, height), 0, 0);
  context.save();
  if (within !== null) clipTo(context, view, within, image);
  context.drawImage(scratch, 0, 0, width * STEP, height * STEP);
  context.restore();
}

/** Only what lies in a structure is drawn from here on. */
function clipTo(context: CanvasRenderingContext2D, view: PlaneView, roiNumber: number, image: ImageVolume): void {
  const roi = useDocument.getState().document?.structures.rois.find(({ number }) => number === roiNumber);
  const index = roi && contourIndexOf(roi, image);
  context.beginPath();
  if (index !== undefined)
    for (const line of sectionOnPlane(index, view.point, view.normal))
      tracePoints(context, planeAffine(view), line, true);
  context.clip('evenodd');
}

/** RGBA pixels of a view sampled every `step` CSS pixels at the nearest voxel: coloured where the value lies in the range. */
export function rangePixels(
  image: ImageVolume,
  view: PlaneView,
  low: number,
  high: number,
  step: number,
): { width: number; height: number; pixels: Uint8ClampedArray<ArrayBuffer> } {
  const width = Math.ceil(view.width / step);
  const height = Math.ceil(view.height / step);
  const words = new Uint32Array(width * height);
  const [nx, ny, nz] = image.dims;
  // The map from canvas to voxel index is affine: three evaluations give it.
  const start = patientToIndex(image, view.toPatient(step / 2, step / 2));
  const x = subtract(patientToIndex(image, view.toPatient(step * 1.5, step / 2)), start);
  const y = subtract(patientToIndex(image, view.toPatient(step / 2, step * 1.5)), start);
  const [from, to] = [(low - image.intercept) / image.slope, (high - image.intercept) / image.slope];
  for (let row = 0, p = 0; row < height; row++)
    for (let column = 0; column < width; column++, p++) {
      const i = Math.round(start[0] + column * x[0] + row * y[0]);
      const j = Math.round(start[1] + column * x[1] + row * y[1]);
      const k = Math.round(start[2] + column * x[2] + row * y[2]);
      if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) continue;
      const value = image.data[i + nx * (j + ny * k)];
      if (value >= from && value <= to) words[p] = IN_RANGE;
    }
  return { width, height, pixels: new Uint8ClampedArray(words.buffer) };
}

/** A scribble where the view lies within its half width (at least half a millimetre) of it. */
function paintScribble(context: CanvasRenderingContext2D, view: PlaneView, { points, radius, label }: Scribble): void {
  const away = (n: number): number => Math.abs(dot(points[n], view.normal) - dot(view.point, view.normal));
  context.save();
  context.strokeStyle = SCRIBBLE_COLOR[label];
  context.globalAlpha = 0.75;
  context.lineWidth = Math.max(2, 2 * radius * view.scale);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  let drawing = false;
  points.forEach((point, n) => {
    if (away(n) > Math.max(0.5, radius)) {
      drawing = false;
      return;
    }
    const [x, y] = view.toCanvas(point);
    if (drawing) context.lineTo(x, y);
    else {
      context.moveTo(x, y);
      context.lineTo(x + 0.01, y);
    }
    drawing = true;
  });
  context.stroke();
  context.restore();
}
