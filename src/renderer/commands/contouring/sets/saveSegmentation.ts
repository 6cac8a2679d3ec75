import { segmentationOf } from '#renderer/compute/structures/frontend.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import { addNotes } from '#renderer/stores/notesStore.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { storeAll } from './saveStructures.ts';

/** Series number of segmentations we write, beside the structure sets' own. */
const SERIES_NUMBER = 311;

/** Stores the structures as a DICOM Segmentation on the planning image; what it cannot hold is said. */
export const saveSegmentation: Command = {
  name: 'saveSegmentation',
  label: 'Save as segmentation',
  undo: 'A stored instance stays; nothing in the document changes.',
  perform: async () => {
    const saved = await longWork('Saving segmentation', async (document, control) => {
      const { structures, primary } = document;
      const context = await objectContext(document, SERIES_NUMBER, `Segmentation ${structures.label}`);
      const { bytes, warnings } = await segmentationOf(structures, primary, context, control);
      await storeAll([bytes]);
      return { uid: context.sopInstanceUid, label: structures.label, warnings };
    });
    const { document } = useDocument.getState();
    if (saved === undefined || document === null) return;
    patchDocument({ savedInstances: [...document.savedInstances, saved.uid] });
    addNotes(saved.warnings);
    const left = saved.warnings.length === 0 ? '' : `; ${saved.warnings.length} remarks in the notes`;
    toast(`Segmentation "${saved.label}" saved${left}`, saved.warnings.length === 0 ? 'success' : 'warning');
  },
};
