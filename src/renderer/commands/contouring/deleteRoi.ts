import { editDocument } from '#renderer/document/store.ts';
import type { Command } from '../command.ts';
import { assertUnlocked, roiByNumber } from './rois.ts';

export const deleteRoi: Command<[roiNumber: number]> = {
  name: 'deleteRoi',
  label: 'Delete structure',
  undo: 'Undo brings the structure back with all its contours.',
  perform: (roiNumber) => {
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    editDocument(`Delete ${roi.name}`, ({ structures }) => ({
      structures: { ...structures, rois: structures.rois.filter((other) => other.number !== roiNumber) },
    }));
  },
};
