import { IsocenterError } from '#shared/contract/errors.ts';
import type { RoiType } from '#shared/model/structures.ts';
import { expandRoi } from '#renderer/compute/structures/frontend.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { insertRoi, roiByNumber } from '../rois.ts';

/**
 * A new structure `mm` beyond (or, negative, inside) another in all directions, on the slices of the planning image; 0 mm copies it
 * there, which is how a structure drawn on another series becomes editable.
 */
export const marginRoi: Command<[roiNumber: number, mm: number, name: string, type: RoiType]> = {
  name: 'marginRoi',
  label: 'Margin',
  undo: 'Undo takes the new structure away.',
  perform: async (roiNumber, mm, name, type) => {
    const source = roiByNumber(roiNumber);
    const contours = await longWork(`Margin of ${mm} mm on ${source.name}`, ({ primary }, control) =>
      expandRoi(source, mm, primary, control),
    );
    if (contours === undefined) return;
    if (contours.length === 0)
      throw new IsocenterError('GEOMETRY', `nothing is left of it with a margin of ${mm} mm`, { object: source.name });
    insertRoi(`Margin ${name}`, { name, type, contours, algorithm: 'SEMIAUTOMATIC' });
  },
};
