import { IDENTITY, type Mat4 } from '#shared/geometry/affine.ts';
import { voxelVolume } from '#shared/geometry/volume.ts';
import { type Anatomy, type AnatomyRoi, lattice } from './anatomy.ts';
import { distanceField } from './field.ts';

/** What is known of a phantom without measuring it. */
export interface PhantomTruth {
  readonly kind: string;
  readonly seed: number;
  /** MR LPS mm → CT LPS mm, row-major. */
  readonly movingToFixed: Mat4;
  readonly rois: readonly RoiTruth[];
}

export interface RoiTruth {
  readonly name: string;
  /** Within the scanned length, cm³. */
  readonly volume: number;
  readonly method: 'closed form' | 'integration';
  /** Mean CT number of the tissue, where the ROI is one tissue. */
  readonly hu?: number;
}

export const roiTruth = (anatomy: Anatomy): RoiTruth[] =>
  anatomy.rois.map((roi) => ({
    name: roi.name,
    volume: roi.volume ?? integrate(roi, anatomy),
    method: roi.volume === undefined ? 'integration' : 'closed form',
    ...(roi.hu === undefined ? {} : { hu: roi.hu }),
  }));

/** Sum over a lattice of some 400,000 cells (fine enough for the smallest piece), each weighted by its share inside. */
function integrate({ shape }: AnatomyRoi, { ct }: Anatomy): number {
  const bottom = ct.origin[2] - ct.spacing[2] / 2;
  const [low, high] = [
    Math.max(shape.box.min[2], bottom),
    Math.min(shape.box.max[2], bottom + ct.dims[2] * ct.spacing[2]),
  ];
  const size = [shape.box.max[0] - shape.box.min[0], shape.box.max[1] - shape.box.min[1], high - low] as const;
  const thinnest = Math.min(
    ...(shape.pieces ?? [shape]).map(({ box }) => Math.min(...box.max.map((m, axis) => m - box.min[axis]))),
  );
  const step = Math.max(0.4, Math.min(thinnest / 5, Math.cbrt((size[0] * size[1] * size[2]) / 400_000)));
  // Whole layers between the two ends; a margin of two cells at the sides.
  const layers = Math.ceil(size[2] / step);
  const grid = lattice(
    [(shape.box.min[0] + shape.box.max[0]) / 2, (shape.box.min[1] + shape.box.max[1]) / 2, (low + high) / 2],
    [size[0] + 4 * step, size[1] + 4 * step, size[2]],
    [step, step, size[2] / layers],
  );
  const field = distanceField(shape, grid, IDENTITY, 2 * step);
  const width = Math.cbrt(voxelVolume(grid));
  let cells = 0;
  for (const d of field?.values ?? []) cells += Math.max(0, Math.min(1, 0.5 - d / width));
  return (cells * voxelVolume(grid)) / 1000;
}
