import { IsocenterError } from '#shared/contract/errors.ts';
import { computeDvh, type Dvh } from '#shared/evaluation/dvh.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Roi } from '#shared/model/structures.ts';

/** @throws FRAME_OF_REFERENCE when ROI and dose are not in the same frame */
export function roiDvh({ name, contours, frameOfReferenceUid }: Roi, dose: DoseVolume): Dvh {
  if (frameOfReferenceUid !== '' && frameOfReferenceUid !== dose.frameOfReferenceUid)
    throw new IsocenterError('FRAME_OF_REFERENCE', 'structure and dose are in different frames of reference', {
      object: name,
      attribute: 'FrameOfReferenceUID',
    });
  return computeDvh(contours, dose, { name });
}
