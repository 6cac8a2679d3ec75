import { type Grid, voxelVolume } from '#shared/geometry/volume.ts';
import type { Roi } from '#shared/model/structures.ts';
import { rasterizeRoi } from '#shared/structures/mask.ts';

/** How well two ROIs agree on a grid, for people: volumes in cm³ and the Dice coefficient (Dice 1945) of their partial-volume masks. */
export function agreement(found: Roi, truth: Roi, grid: Grid): string {
  const [a, b] = [rasterizeRoi(found.contours, grid), rasterizeRoi(truth.contours, grid)];
  let [inA, inB, inBoth] = [0, 0, 0];
  for (let p = 0; p < a.length; p++) {
    inA += a[p];
    inB += b[p];
    inBoth += Math.min(a[p], b[p]);
  }
  const volume = (sum: number): string => ((sum * voxelVolume(grid)) / 1000).toFixed(1);
  return `${volume(inA)} cm³, truth ${volume(inB)} cm³, Dice ${((2 * inBoth) / (inA + inB)).toFixed(4)}`;
}
