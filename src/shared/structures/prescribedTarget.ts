import type { Prescription } from '../model/plan.ts';
import type { Roi } from '../model/structures.ts';

/** The prescription's target, where it has contours: by its number, or by its name where the plan gives it none (0). */
export function prescribedTarget(prescription: Prescription | undefined, rois: readonly Roi[]): Roi | undefined {
  if (prescription === undefined) return undefined;
  const { targetRoiNumber, targetName } = prescription;
  return rois.find(
    ({ number, name, contours }) =>
      contours.length > 0 && (targetRoiNumber > 0 ? number === targetRoiNumber : name === targetName),
  );
}
