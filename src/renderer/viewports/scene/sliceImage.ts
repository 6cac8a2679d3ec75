import { resamplePlane, type SlicePlane, slicePoint } from '#shared/evaluation/slice.ts';
import { add, dot, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Window } from '../layers/layers.ts';
import { extentAlong, gridCentre, planeAxes } from '../plane/planes.ts';
import type { PlaneId } from '../plane/planeView.ts';

/** Pixels along the longer side of a slice at most: the view shows hundreds of them, not thousands. */
const LONGEST = 256;
/** CT values below this that the edge of the slice reaches are the air round the patient, HU. */
const AIR = -400;

/** Values of one slice of an image, and where its pixels lie. */
export interface SliceValues {
  readonly plane: SlicePlane;
  readonly values: Float32Array;
}

/** A slice as a picture: RGBA, transparent where the air round the patient is; its corners in LPS mm. */
export interface SliceImage {
  readonly id: PlaneId;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** Top left, top right, bottom left: the outer edges of the corner pixels. */
  readonly corners: readonly [Vec3, Vec3, Vec3];
}

/** The whole slice of `image` in a plane through `through`, in the image's own unit. */
export function sliceValues(image: ImageVolume, id: PlaneId, through: Vec3): SliceValues {
  const { right, down, normal } = planeAxes(image, id);
  const [width, height] = [extentAlong(image, right), extentAlong(image, down)];
  const spacing = Math.max(Math.min(...image.spacing), Math.max(width, height) / LONGEST);
  const [columns, rows] = [Math.max(1, Math.round(width / spacing)), Math.max(1, Math.round(height / spacing))];
  const middle = gridCentre(image);
  const centre = add(middle, scale(normal, dot(subtract(through, middle), normal)));
  const origin = add(
    centre,
    add(scale(right, (-(columns - 1) / 2) * spacing), scale(down, (-(rows - 1) / 2) * spacing)),
  );
  const plane: SlicePlane = { origin, right, down, width: columns, height: rows, spacing };
  const values = resamplePlane(image, plane, Number.NaN);
  for (let p = 0; p < values.length; p++) values[p] = values[p] * image.slope + image.intercept;
  return { plane, values };
}

/** Grey values under a window (PS3.3 C.11.2.1.2.1), air round the patient and what lies outside the image left transparent. */
export function sliceImage(
  id: PlaneId,
  { plane, values }: SliceValues,
  window: Window,
  unit: ImageVolume['unit'],
): SliceImage {
  const { width, height } = plane;
  const low = window.center - window.width / 2;
  const air = surroundings(values, width, height, unit === 'HU' ? AIR : low);
  const pixels = new Uint8Array(4 * width * height);
  for (let p = 0; p < values.length; p++) {
    if (air[p] === 1 || Number.isNaN(values[p])) continue;
    const grey = Math.max(0, Math.min(255, (255 * (values[p] - low)) / window.width));
    pixels.fill(grey, 4 * p, 4 * p + 3);
    pixels[4 * p + 3] = 255;
  }
  return {
    id,
    width,
    height,
    pixels,
    corners: [
      slicePoint(plane, -0.5, -0.5),
      slicePoint(plane, width - 0.5, -0.5),
      slicePoint(plane, -0.5, height - 0.5),
    ],
  };
}

/** 1 where values below `threshold` hang together with the edge of the slice. */
function surroundings(values: Float32Array, width: number, height: number, threshold: number): Uint8Array {
  const reached = new Uint8Array(values.length);
  const open: number[] = [];
  const visit = (p: number): void => {
    if (reached[p] === 1 || values[p] >= threshold) return;
    reached[p] = 1;
    open.push(p);
  };
  for (let x = 0; x < width; x++) [x, (height - 1) * width + x].forEach(visit);
  for (let y = 0; y < height; y++) [y * width, y * width + width - 1].forEach(visit);
  for (let p = open.pop(); p !== undefined; p = open.pop()) {
    const x = p % width;
    if (x > 0) visit(p - 1);
    if (x < width - 1) visit(p + 1);
    if (p >= width) visit(p - width);
    if (p < values.length - width) visit(p + width);
  }
  return reached;
}
