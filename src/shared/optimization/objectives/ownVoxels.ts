import { IsocenterError } from '../../contract/errors.ts';

/** Voxels of the dose grid that an ROI owns: `voxels[from]` up to `voxels[to]`. */
interface OwnRange {
  readonly from: number;
  readonly to: number;
}

export interface OwnVoxels {
  /** Voxels of the dose grid, ROI after ROI, each voxel once. */
  readonly voxels: Uint32Array;
  readonly ranges: ReadonlyMap<string, OwnRange>;
}

/**
 * Gives every voxel to the first of `order` that contains it: a voxel counts for one ROI only.
 * @throws IsocenterError REFERENCE naming an ROI that is not there, or of which the ones before it leave nothing.
 */
export function ownVoxels(
  order: readonly string[],
  voxelsOf: ReadonlyMap<string, Uint32Array>,
  gridVoxels: number,
): OwnVoxels {
  const taken = new Uint8Array(gridVoxels);
  const ranges = new Map<string, OwnRange>();
  const voxels = new Uint32Array(order.reduce((sum, roi) => sum + (voxelsOf.get(roi)?.length ?? 0), 0));
  let count = 0;
  for (const roi of order) {
    if (ranges.has(roi)) continue;
    const inside = voxelsOf.get(roi);
    if (inside === undefined)
      throw new IsocenterError('REFERENCE', 'an objective names it, but it is not there', { object: roi });
    const from = count;
    for (const voxel of inside) {
      if (taken[voxel] !== 0) continue;
      taken[voxel] = 1;
      voxels[count++] = voxel;
    }
    if (count === from)
      throw new IsocenterError(
        'REFERENCE',
        'has no voxel of the dose grid to itself: the ROIs listed before it take all',
        {
          object: roi,
        },
      );
    ranges.set(roi, { from, to: count });
  }
  return { voxels: voxels.slice(0, count), ranges };
}
