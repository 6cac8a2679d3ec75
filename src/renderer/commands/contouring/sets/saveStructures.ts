import { IsocenterError } from '#shared/contract/errors.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { boundTo } from '#shared/structures/contours/imageReferences.ts';
import { interpolatedOf } from '#shared/structures/drawing/interpolated.ts';
import { storeInstances } from '#renderer/client/dicomweb.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { markStored, patchDocument, useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';

/** Series number of structure sets we write, beside the images' own low numbers. */
const SERIES_NUMBER = 301;

/** Stores the structures as a new RT Structure Set instance; what was stored before stays as it is. */
export const saveStructures: Command = {
  name: 'saveStructures',
  label: 'Save structures',
  undo: 'A stored instance stays; undo goes back to earlier contours, to be saved as another instance.',
  perform: async () => {
    const saved = await longWork('Saving structures', storeStructures);
    if (saved === undefined) return;
    adoptStored(saved);
    toast(`Structure set "${saved.stored.label}" saved with ${saved.stored.rois.length} structures`, 'success');
  },
};

interface SavedStructures {
  /** What was in the document when it was written, and the same under its new UID. */
  readonly written: StructureSet;
  readonly stored: StructureSet;
}

/**
 * Writes and stores the document's structures.
 * @throws IsocenterError STORAGE when the archive refuses them, CONFLICT while interpolated slices are neither accepted nor rejected.
 */
export async function storeStructures(document: ClinicalDocument): Promise<SavedStructures> {
  const written = document.structures;
  const open = written.rois.find(({ contours }) => interpolatedOf(contours).length > 0);
  if (open !== undefined)
    throw new IsocenterError('CONFLICT', 'has interpolated slices: accept or reject them first', { object: open.name });
  const predecessorUid = useDocument.getState().stored.structures?.sopInstanceUid;
  const context = await objectContext(document, SERIES_NUMBER, `Structures ${written.label}`);
  const stored = { ...boundTo(written, document.primary), sopInstanceUid: context.sopInstanceUid };
  const known = predecessorUid !== undefined && isInArchive(document, predecessorUid) ? { predecessorUid } : {};
  await storeAll([writeStructureSet(stored, context, known)]);
  return { written, stored };
}

/** Makes the stored set the document's, unless it was edited while it was being stored. */
export function adoptStored({ written, stored }: SavedStructures): void {
  const { document } = useDocument.getState();
  if (document === null) return;
  if (document.structures === written) markStored({ structures: stored });
  patchDocument({ savedInstances: [...document.savedInstances, stored.sopInstanceUid] });
}

/** Stores files. @throws IsocenterError STORAGE naming the first one refused. */
export async function storeAll(files: readonly Uint8Array[]): Promise<void> {
  const { failed } = await storeInstances(files);
  if (failed.length > 0)
    throw new IsocenterError('STORAGE', `the archive refused it: ${failed[0].reason}`, {
      object: failed[0].sopInstanceUid,
    });
}

export const isInArchive = ({ tree, savedInstances }: ClinicalDocument, uid: string): boolean =>
  savedInstances.includes(uid) ||
  tree.tree.some((study) =>
    study.series.some((series) => series.objects.some((object) => object.sopInstanceUid === uid)),
  );
