import { compareRois as compareRoisIn } from '#renderer/compute/structures/frontend.ts';
import { objectsOf, type PlacedObject } from '#renderer/document/choose.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { readObject } from '#renderer/document/readObjects.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import type { Agreement } from '#shared/structures/agreement/agreement.ts';
import { longWork } from '../../longWork.ts';

/** The patient's structure sets beside the one that is open. */
export const otherSets = ({ tree, structures }: ClinicalDocument): PlacedObject[] =>
  objectsOf(tree, 'RTSTRUCT').filter(({ object }) => object.sopInstanceUid !== structures.sopInstanceUid);

/**
 * Another structure set of the open patient, to compare with; undefined when the user cancelled.
 * @throws IsocenterError FRAME_OF_REFERENCE when it lies elsewhere than the planning image, and why it cannot be read.
 */
export function readOtherSet(placed: PlacedObject): Promise<StructureSet | undefined> {
  return longWork('Reading the structure set', async ({ patientKey, tree, primary }, { signal }) => {
    const problems: string[] = [];
    const context = { patientKey, patientId: tree.patientId, problems, signal };
    const set = await readObject(placed, readStructureSet, context);
    if (set === undefined) throw new IsocenterError('NOT_FOUND', problems.join('; '), { object: placed.object.label });
    const frames = set.rois.map(({ frameOfReferenceUid }) => frameOfReferenceUid || set.frameOfReferenceUid);
    if (frames.some((uid) => uid !== '' && uid !== primary.frameOfReferenceUid))
      throw new IsocenterError('FRAME_OF_REFERENCE', 'lies in another frame of reference than the planning image', {
        object: set.label,
      });
    return set;
  });
}

/** Two structures of the open patient's frame of reference held against each other; undefined when the user cancelled. */
export const compareRois = (roi: Roi, reference: Roi): Promise<Agreement | undefined> =>
  longWork(`Comparing ${roi.name}`, ({ primary }, control) => compareRoisIn(roi, reference, primary, control));
