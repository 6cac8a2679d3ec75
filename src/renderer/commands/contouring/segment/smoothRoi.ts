import type { SmoothOptions } from '#shared/segmentation/smooth.ts';
import { workOver } from '#renderer/compute/segmentation/frontend.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { assertUnlocked, roiByNumber } from '../rois.ts';
import { setContours } from './segmentTarget.ts';

/** Smooths a structure and keeps its volume. */
export const smoothRoi: Command<[roiNumber: number, options: SmoothOptions]> = {
  name: 'smoothRoi',
  label: 'Smooth',
  undo: 'Undo gives the structure its old contours back.',
  perform: async (roiNumber, options) => {
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const made = await longWork(`Smoothing ${roi.name}`, ({ primary }, control) =>
      workOver('smooth', primary, roi.contours, { options }, control),
    );
    if (made === undefined) return;
    setContours('Smooth', roi, made.contours);
    const change = (100 * (made.after - made.before)) / made.before;
    toast(
      `${roi.name} smoothed: ${made.before.toFixed(2)} → ${made.after.toFixed(2)} cm³ (${change >= 0 ? '+' : '−'}${Math.abs(change).toFixed(2)} %)`,
    );
  },
};
