import { IsocenterError } from '#shared/contract/errors.ts';
import type { Roi } from '#shared/model/structures.ts';
import { mark, squashToMark, useDocument } from '#renderer/document/store.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { nameProblem, replaceRoi, roiByNumber } from './rois.ts';

/** Name, type and colour; contours are changed by tools. */
export const changeRoi: Command<[roiNumber: number, changes: Partial<Pick<Roi, 'name' | 'type' | 'color'>>]> = {
  name: 'changeRoi',
  label: 'Change structure',
  undo: 'Undo gives back the old name, type and colour.',
  perform: (roiNumber, changes) => {
    const old = roiByNumber(roiNumber);
    if (changes.name !== undefined) {
      const problem = nameProblem(openedDocument().structures, changes.name, roiNumber);
      if (problem !== undefined)
        throw new IsocenterError('INVALID_ATTRIBUTE', problem, { object: old.name, attribute: 'ROIName' });
    }
    const what = changes.name !== undefined ? 'Rename' : changes.type !== undefined ? 'Change type of' : 'Recolour';
    const editName = `${what} ${old.name}`;
    const again = useDocument.getState().history.done.at(-1)?.name === editName;
    const { sequence } = mark();
    replaceRoi(editName, roiNumber, (roi) => ({ ...roi, ...changes, name: (changes.name ?? roi.name).trim() }));
    // A colour being dragged through the picker is one edit, not hundreds.
    if (changes.color !== undefined && again) squashToMark({ sequence: sequence - 1 }, editName);
  },
};
