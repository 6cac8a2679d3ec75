import { patientToIndex } from '../../geometry/volume.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Contour, StructureSet } from '../../model/structures.ts';

/** A contour belongs to a slice when it lies within this fraction of the slice spacing of its centre. */
const ON_SLICE = 0.1;

/**
 * Index of the slice a contour lies on: an integer when all of it does, a fraction when it lies between slices, NaN when it runs across
 * them.
 */
export function sliceIndexOf({ points }: Contour, image: ImageVolume): number {
  const indexAt = (p: number): number => patientToIndex(image, [points[p], points[p + 1], points[p + 2]])[2];
  const index = indexAt(0);
  const nearest = Math.round(index);
  for (let p = 3; p < points.length; p += 3) if (Math.abs(indexAt(p) - index) > 2 * ON_SLICE) return Number.NaN;
  return Math.abs(index - nearest) <= ON_SLICE ? nearest : index;
}

/**
 * The set with the planning image as its reference, each contour naming the slice it lies on. Contours of another series in the same
 * frame keep their geometry; between the slices they name no image.
 */
export function boundTo(set: StructureSet, image: ImageVolume): StructureSet {
  const images = new Map(image.slices.map((slice) => [slice.sopInstanceUid, slice]));
  const placed = (contour: Contour): Contour => {
    if (contour.referencedSopInstanceUid !== undefined && images.has(contour.referencedSopInstanceUid)) return contour;
    const slice = image.slices[sliceIndexOf(contour, image)]?.sopInstanceUid;
    if (slice === contour.referencedSopInstanceUid) return contour;
    const { referencedSopInstanceUid: _foreign, ...rest } = contour;
    return slice === undefined ? rest : { ...rest, referencedSopInstanceUid: slice };
  };
  return {
    ...set,
    frameOfReferenceUid: image.frameOfReferenceUid,
    referencedStudyUid: image.study.studyInstanceUid,
    referencedSeriesUid: image.seriesInstanceUid,
    referencedImages: [...images.values()],
    rois: set.rois.map((roi) => {
      const contours = roi.contours.map(placed);
      return contours.every((contour, index) => contour === roi.contours[index]) ? roi : { ...roi, contours };
    }),
  };
}
