import { IsocenterError } from '#shared/contract/errors.ts';
import type { BooleanOperation } from '#shared/structures/contours/rings.ts';
import { combineRois as combineRoisIn } from '#renderer/compute/structures/frontend.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { insertRoi, roiByNumber } from '../rois.ts';

/** A new structure from two: union, intersection or the first without the second. It takes the type of the first. */
export const combineRois: Command<[operation: BooleanOperation, first: number, second: number, name: string]> = {
  name: 'combineRois',
  label: 'Combine',
  undo: 'Undo takes the new structure away.',
  perform: async (operation, first, second, name) => {
    const [a, b] = [roiByNumber(first), roiByNumber(second)];
    const contours = await longWork(`${operation} of ${a.name} and ${b.name}`, ({ primary }, control) =>
      combineRoisIn(operation, a, b, primary, control),
    );
    if (contours === undefined) return;
    if (contours.length === 0)
      throw new IsocenterError('GEOMETRY', `the ${operation} of ${a.name} and ${b.name} is empty`, { object: name });
    // A second EXTERNAL would leave open which one bounds the patient.
    insertRoi(`Combine ${name}`, {
      name,
      type: a.type === 'EXTERNAL' ? 'CONTROL' : a.type,
      contours,
      algorithm: 'SEMIAUTOMATIC',
    });
  },
};
