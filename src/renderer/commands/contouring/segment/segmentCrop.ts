import type { Crop } from '#renderer/compute/segmentation/base.ts';
import { workOver } from '#renderer/compute/segmentation/frontend.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { assertUnlocked, roiByNumber } from '../rois.ts';
import { setContours } from './segmentTarget.ts';

/** Cuts off what of a structure lies beyond a range of slices or a plane. */
export const segmentCrop: Command<[roiNumber: number, crop: Crop]> = {
  name: 'segmentCrop',
  label: 'Cut off',
  undo: 'Undo brings it back.',
  perform: async (roiNumber, crop) => {
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const contours = await longWork(`Cropping ${roi.name}`, ({ primary }, control) =>
      workOver('crop', primary, roi.contours, { crop }, control),
    );
    if (contours !== undefined) setContours('Crop', roi, contours);
  },
};
