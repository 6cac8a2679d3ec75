import { IsocenterError } from '../../contract/errors.ts';
import type { Roi, StructureSet } from '../../model/structures.ts';

/** The ROI of type EXTERNAL. @throws IsocenterError NOT_FOUND when the structure set has none with contours. */
export function bodyOf(structures: StructureSet): Roi {
  const body = structures.rois.find((roi) => roi.type === 'EXTERNAL' && roi.contours.length > 0);
  if (body === undefined)
    throw new IsocenterError('NOT_FOUND', 'no contoured ROI of type EXTERNAL: find the BODY first', {
      object: structures.label,
      attribute: 'RTROIInterpretedType',
    });
  return body;
}
