import { IsocenterError } from '#shared/contract/errors.ts';
import type { Roi } from '#shared/model/structures.ts';
import { withRenamedSource } from '#shared/structures/derivation/derivation.ts';
import { editDocument, mark, squashToMark, useDocument } from '#renderer/document/store.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { nameProblem, roiByNumber } from './rois.ts';

/** Name, type, colour and density (undefined: the CT's); contours are changed by tools. */
export const changeRoi: Command<
  [roiNumber: number, changes: Partial<Pick<Roi, 'name' | 'type' | 'color' | 'density'>>]
> = {
  name: 'changeRoi',
  label: 'Change structure',
  undo: 'Undo gives back the old name, type, colour and density.',
  perform: (roiNumber, changes) => {
    const old = roiByNumber(roiNumber);
    if (changes.name !== undefined) {
      const problem = nameProblem(openedDocument().structures, changes.name, roiNumber);
      if (problem !== undefined)
        throw new IsocenterError('INVALID_ATTRIBUTE', problem, { object: old.name, attribute: 'ROIName' });
    }
    if (changes.density !== undefined && !(changes.density >= 0 && changes.density < 25))
      throw new IsocenterError('INVALID_ATTRIBUTE', `${changes.density} g/cm³ is no density`, { object: old.name });
    const editName = `${verb(changes)} ${old.name}`;
    const again = useDocument.getState().history.done.at(-1)?.name === editName;
    const { sequence } = mark();
    const name = (changes.name ?? old.name).trim();
    editDocument(editName, ({ structures }) => ({
      structures: {
        ...structures,
        // Recipes name their sources: they must go on naming this one.
        rois: withRenamedSource(structures.rois, old.name, name).map((roi) =>
          roi.number === roiNumber ? { ...roi, ...changes, name } : roi,
        ),
      },
    }));
    // A colour being dragged through the picker is one edit, not hundreds.
    if (changes.color !== undefined && again) squashToMark({ sequence: sequence - 1 }, editName);
  },
};

function verb(changes: Partial<Roi>): string {
  if (changes.name !== undefined) return 'Rename';
  if (changes.type !== undefined) return 'Change type of';
  return 'density' in changes ? 'Change density of' : 'Recolour';
}
