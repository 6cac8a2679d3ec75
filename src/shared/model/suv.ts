import type { ImageVolume, Suv } from './image.ts';

/** A PET in SUV by body weight or by lean body mass, the voxels shared; itself where it already is or no lean ratio is known. */
export function normalizedBy(image: ImageVolume, normalization: 'body weight' | 'lean body mass'): ImageVolume {
  const { suv } = image;
  if (suv?.leanRatio === undefined || suv.normalization === normalization) return image;
  const ratio = normalization === 'lean body mass' ? suv.leanRatio : 1 / suv.leanRatio;
  const normalized: Suv = { ...suv, normalization };
  return { ...image, slope: image.slope * ratio, intercept: image.intercept * ratio, suv: normalized };
}
