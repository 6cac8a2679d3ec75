import type { SpeckOptions } from '#shared/segmentation/cleanUp.ts';
import { workOver } from '#renderer/compute/segmentation/frontend.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { assertUnlocked, roiByNumber } from '../rois.ts';
import { setContours } from './segmentTarget.ts';

/** Takes away a structure's small parts; slices without any keep their contours. */
export const specksOff: Command<[roiNumber: number, options: SpeckOptions]> = {
  name: 'specksOff',
  label: 'Remove specks',
  undo: 'Undo brings them back.',
  perform: async (roiNumber, options) => {
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const made = await longWork(`Removing specks of ${roi.name}`, ({ primary }, control) =>
      workOver('removeSpecks', primary, roi.contours, { options }, control),
    );
    if (made === undefined) return;
    if (made.count > 0) setContours('Remove specks of', roi, made.contours);
    toast(
      made.count === 0
        ? `${roi.name} has no part that small`
        : `${roi.name}: ${made.count} ${made.count === 1 ? 'part' : 'parts'} of ${made.volume.toFixed(2)} cm³ removed`,
    );
  },
};
