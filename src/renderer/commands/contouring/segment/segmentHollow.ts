import { workOver } from '#renderer/compute/segmentation/frontend.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { assertUnlocked, roiByNumber } from '../rois.ts';
import { setContours } from './segmentTarget.ts';

/** Leaves of a structure its wall, so many mm thick. */
export const segmentHollow: Command<[roiNumber: number, thickness: number]> = {
  name: 'segmentHollow',
  label: 'Hollow',
  undo: 'Undo fills it again.',
  perform: async (roiNumber, thickness) => {
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const contours = await longWork(`Hollowing ${roi.name}`, ({ primary }, control) =>
      workOver('hollow', primary, roi.contours, { thickness }, control),
    );
    if (contours !== undefined) setContours('Hollow', roi, contours);
  },
};
