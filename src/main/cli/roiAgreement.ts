import type { Grid } from '#shared/geometry/volume.ts';
import type { Roi } from '#shared/model/structures.ts';
import { overlapOf } from '#shared/structures/agreement/agreement.ts';

/** How well two ROIs agree, for people: volumes in cm³ and the Dice coefficient. */
export function agreement(found: Roi, truth: Roi, grid: Grid): string {
  const { volume, referenceVolume, dice } = overlapOf(found.contours, truth.contours, grid);
  return `${volume.toFixed(1)} cm³, truth ${referenceVolume.toFixed(1)} cm³, Dice ${dice.toFixed(4)}`;
}
