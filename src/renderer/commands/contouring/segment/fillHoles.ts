import type { HoleOptions } from '#shared/segmentation/cleanUp.ts';
import { workOver } from '#renderer/compute/segmentation/frontend.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { assertUnlocked, roiByNumber } from '../rois.ts';
import { setContours } from './segmentTarget.ts';

/** Fills the holes of a structure; slices without any keep their contours. */
export const fillHoles: Command<[roiNumber: number, options: HoleOptions]> = {
  name: 'fillHoles',
  label: 'Fill holes',
  undo: 'Undo opens them again.',
  perform: async (roiNumber, options) => {
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const made = await longWork(`Filling holes of ${roi.name}`, ({ primary }, control) =>
      workOver('fillHoles', primary, roi.contours, { options }, control),
    );
    if (made === undefined) return;
    if (made.count > 0) setContours('Fill holes of', roi, made.contours);
    toast(
      made.count === 0
        ? `${roi.name} has no ${options.dimension === 3 ? 'closed cavity' : 'hole'} to fill`
        : `${roi.name}: ${made.count} ${made.count === 1 ? 'hole' : 'holes'} of ${made.volume.toFixed(2)} cm³ filled`,
    );
  },
};
