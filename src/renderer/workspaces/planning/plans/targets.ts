import type { Roi, StructureSet } from '#shared/model/structures.ts';

const RANK: readonly string[] = ['PTV', 'CTV', 'GTV'];

/** ROIs with contours a plan can be prescribed to: targets first, then everything but the body and devices. */
export function targetsOf({ rois }: StructureSet): Roi[] {
  const rank = ({ type }: Roi): number => (RANK.includes(type) ? RANK.indexOf(type) : RANK.length);
  return rois
    .filter(
      ({ contours, type }) =>
        contours.length > 0 && !['EXTERNAL', 'SUPPORT', 'MARKER', 'ISOCENTER', 'FIXATION'].includes(type),
    )
    .sort((a, b) => rank(a) - rank(b));
}
