import { IsocenterError } from '#shared/contract/errors.ts';
import { axisOf, patientToIndex } from '#shared/geometry/volume.ts';
import { dot, type Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi } from '#shared/model/structures.ts';
import { type EditPlane, editContours, slicePlane } from '#shared/structures/brush.ts';
import { sliceIndexOf } from '#shared/structures/imageReferences.ts';
import type { Ring } from '#shared/structures/rings.ts';
import { isClosed, ringOf } from '#shared/structures/stack.ts';
import type { PlaneView } from '#renderer/viewports/planeView.ts';

/** One acquired slice of the planning image as a drawing plane. */
export interface Slice extends EditPlane {
  readonly k: number;
  readonly sopInstanceUid?: string;
}

export type Effect = 'add' | 'cut';

/** Whether the view shows slices of the image as acquired (its normal is the k axis): the only plane contours are drawn on. */
export const showsSlices = (image: ImageVolume, view: PlaneView): boolean =>
  Math.abs(dot(view.normal, axisOf(image, 2))) > 0.999;

/** The slice number `k` of the image. */
export const sliceOf = (image: ImageVolume, k: number): Slice => ({
  ...slicePlane(image, k),
  k,
  sopInstanceUid: image.slices[k]?.sopInstanceUid,
});

/** The slice a view shows; undefined where the view cuts across the slices or lies beyond the image. */
export function sliceInView(image: ImageVolume, view: PlaneView): Slice | undefined {
  if (!showsSlices(image, view)) return undefined;
  const k = Math.round(patientToIndex(image, view.point)[2]);
  return k < 0 || k >= image.dims[2] ? undefined : sliceOf(image, k);
}

/** In-plane coordinates of a point, mm. */
export const toSlice = (slice: Slice, point: Vec3): [number, number] => [dot(point, slice.u), dot(point, slice.v)];

/** The closed contours of a ROI on a slice, as rings under the even–odd rule. */
export const ringsOnSlice = (roi: Roi, image: ImageVolume, slice: Slice): Ring[] =>
  roi.contours
    .filter((contour) => isClosed(contour) && sliceIndexOf(contour, image) === slice.k)
    .map((contour) => ringOf(contour, slice));

/** The ROI with a shape added to it or cut from it on one slice; its contours elsewhere are kept as they are. */
export function editRoi(roi: Roi, slice: Slice, effect: Effect, shape: readonly Ring[]): Roi {
  const old = new Set(roi.contours);
  const contours = editContours(roi.contours, slice, shape, effect === 'add' ? 'add' : 'subtract').map((contour) =>
    old.has(contour) || slice.sopInstanceUid === undefined
      ? contour
      : { ...contour, referencedSopInstanceUid: slice.sopInstanceUid },
  );
  const generationAlgorithm = roi.generationAlgorithm === 'AUTOMATIC' ? 'SEMIAUTOMATIC' : roi.generationAlgorithm;
  return { ...roi, generationAlgorithm, contours };
}

/**
 * Refuses to edit a ROI that was drawn between the slices of the planning image (on another series): an edit would leave the
 * old contours a fraction of a slice beside the new ones.
 */
export function assertOnSlices(roi: Roi, image: ImageVolume): void {
  const between = roi.contours.filter(
    (contour) => isClosed(contour) && !Number.isInteger(sliceIndexOf(contour, image)),
  );
  if (between.length === 0) return;
  throw new IsocenterError(
    'GEOMETRY',
    `${between.length} of its contours lie between the slices of the planning image; copy it to the planning image first (a margin of 0 mm)`,
    { object: roi.name, attribute: 'ContourData' },
  );
}
