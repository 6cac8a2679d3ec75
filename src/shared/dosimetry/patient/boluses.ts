import { IsocenterError } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';
import type { Roi, StructureSet } from '../../model/structures.ts';

/**
 * The structures that lie on the patient as bolus while this beam is on, each once. All others of type BOLUS are not there for it.
 * @throws IsocenterError REFERENCE naming the beam when the structure set lacks one of them or it has no contours.
 */
export function bolusesOf(beam: Beam, structures: StructureSet): Roi[] {
  const numbers = new Set((beam.boluses ?? []).map(({ roiNumber }) => roiNumber));
  return [...numbers].map((number) => {
    const roi = structures.rois.find((candidate) => candidate.number === number);
    if (roi === undefined || roi.contours.length === 0)
      throw new IsocenterError(
        'REFERENCE',
        roi === undefined
          ? `its bolus, structure ${number}, is not in ${structures.label}`
          : `its bolus ${roi.name} is empty`,
        { object: `Beam ${beam.number} (${beam.name})`, attribute: 'ReferencedBolusSequence' },
      );
    return roi;
  });
}
