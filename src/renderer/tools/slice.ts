import { IsocenterError } from '#shared/contract/errors.ts';
import { axisOf, type Grid, patientToIndex } from '#shared/geometry/volume.ts';
import { dot, type Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { type EditPlane, editContours, slicePlane } from '#shared/structures/drawing/brush.ts';
import { sliceIndexOf } from '#shared/structures/contours/imageReferences.ts';
import type { Ring } from '#shared/structures/contours/rings.ts';
import { isClosed, ringOf } from '#shared/structures/contours/stack.ts';
import type { SolidStroke } from '#shared/structures/drawing/solidStroke.ts';

/** One acquired slice of the planning image as a drawing plane. */
export interface Slice extends EditPlane {
  readonly k: number;
  readonly sopInstanceUid?: string;
}

export type Effect = 'add' | 'cut';

/** What an edit takes from a ROI and then adds to it. */
export type Change = Partial<Readonly<Record<Effect, SolidStroke>>>;

/** Whether planes with this normal run along the slices of the image as acquired. */
export const alongSlices = (image: Grid, normal: Vec3): boolean => Math.abs(dot(normal, axisOf(image, 2))) > 1 - 1e-6;

/** The slice number `k` of the image. */
export const sliceOf = (image: ImageVolume, k: number): Slice => ({
  ...slicePlane(image, k),
  k,
  sopInstanceUid: image.slices[k]?.sopInstanceUid,
});

/** The slice number nearest to a point; undefined beyond the image. */
export function sliceNumberAt(image: Grid, point: Vec3): number | undefined {
  const k = Math.round(patientToIndex(image, point)[2]);
  return k < 0 || k >= image.dims[2] ? undefined : k;
}

const groups = new WeakMap<
  readonly Contour[],
  { image: ImageVolume; bySlice: ReadonlyMap<number, readonly Contour[]> }
>();
const numbers = new WeakMap<Contour, { image: ImageVolume; k: number }>();

/** `sliceIndexOf`, remembered: contours are immutable and an edit keeps most of them. */
function numberOf(contour: Contour, image: ImageVolume): number {
  const known = numbers.get(contour);
  if (known?.image === image) return known.k;
  const k = sliceIndexOf(contour, image);
  numbers.set(contour, { image, k });
  return k;
}

/** The closed contours of each slice; NaN and fractions for those that lie on none. */
export function contoursBySlice(
  contours: readonly Contour[],
  image: ImageVolume,
): ReadonlyMap<number, readonly Contour[]> {
  const known = groups.get(contours);
  if (known?.image === image) return known.bySlice;
  const bySlice = new Map<number, Contour[]>();
  for (const contour of contours) {
    if (!isClosed(contour)) continue;
    const k = numberOf(contour, image);
    const here = bySlice.get(k);
    if (here === undefined) bySlice.set(k, [contour]);
    else here.push(contour);
  }
  groups.set(contours, { image, bySlice });
  return bySlice;
}

/** The closed contours of a ROI on a slice, as rings under the even–odd rule. */
export const ringsOnSlice = (roi: Roi, image: ImageVolume, slice: Slice): Ring[] =>
  (contoursBySlice(roi.contours, image).get(slice.k) ?? []).map((contour) => ringOf(contour, slice));

/** The ROI with what `change` cuts taken from it, then with what it adds; its contours on other slices are the same objects. */
export function editRoi(roi: Roi, image: ImageVolume, change: Change): Roi {
  const bySlice = contoursBySlice(roi.contours, image);
  const gone = new Set<Contour>();
  const made: Contour[] = [];
  const touched = new Set([...(change.cut?.slices() ?? []), ...(change.add?.slices() ?? [])]);
  for (const k of touched) {
    const before = bySlice.get(k) ?? [];
    const slice = sliceOf(image, k);
    let after: readonly Contour[] = before;
    const cut = change.cut?.ringsAt(k) ?? [];
    if (cut.length > 0 && after.length > 0) after = editContours(after, slice, cut, 'subtract');
    const add = change.add?.ringsAt(k) ?? [];
    if (add.length > 0) after = editContours(after, slice, add, 'add');
    if (after === before) continue;
    const kept = new Set(before.filter((contour) => after.includes(contour)));
    for (const contour of before) if (!kept.has(contour)) gone.add(contour);
    for (const contour of after) if (!kept.has(contour)) made.push(onImage(contour, slice));
  }
  if (gone.size === 0 && made.length === 0) return roi;
  const generationAlgorithm = roi.generationAlgorithm === 'AUTOMATIC' ? 'SEMIAUTOMATIC' : roi.generationAlgorithm;
  return { ...roi, generationAlgorithm, contours: [...roi.contours.filter((contour) => !gone.has(contour)), ...made] };
}

/** The contours, each naming the image of the slice it lies on; those that do are the same objects. */
export const onSlices = (contours: readonly Contour[], image: ImageVolume): Contour[] =>
  contours.map((contour) => {
    const uid = isClosed(contour) ? image.slices[numberOf(contour, image)]?.sopInstanceUid : undefined;
    return uid === undefined || uid === contour.referencedSopInstanceUid
      ? contour
      : { ...contour, referencedSopInstanceUid: uid };
  });

const onImage = (contour: Contour, { sopInstanceUid }: Slice): Contour =>
  sopInstanceUid === undefined ? contour : { ...contour, referencedSopInstanceUid: sopInstanceUid };

/**
 * Refuses to edit a ROI that was drawn between the slices of the planning image (on another series): an edit would leave the
 * old contours a fraction of a slice beside the new ones.
 */
export function assertOnSlices(roi: Roi, image: ImageVolume): void {
  let between = 0;
  for (const [k, contours] of contoursBySlice(roi.contours, image))
    if (!Number.isInteger(k)) between += contours.length;
  if (between === 0) return;
  throw new IsocenterError(
    'GEOMETRY',
    `${between} of its contours lie between the slices of the planning image; copy it to the planning image first (a margin of 0 mm)`,
    { object: roi.name, attribute: 'ContourData' },
  );
}
