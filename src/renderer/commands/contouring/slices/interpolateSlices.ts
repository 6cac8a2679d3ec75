import { IsocenterError } from '#shared/contract/errors.ts';
import { interpolatedOf, withInterpolated } from '#shared/structures/drawing/interpolated.ts';
import { interpolateRoi } from '#renderer/compute/structures/frontend.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { longWork } from '../../longWork.ts';
import { setInterpolated } from './interpolatedSlices.ts';
import { assertUnlocked, roiByNumber } from '../rois.ts';

/** Fills the slices between a structure's drawn ones; they are shown dashed until somebody accepts them. */
export const interpolateSlices: Command<[roiNumber: number]> = {
  name: 'interpolateSlices',
  label: 'Interpolate',
  undo: 'Undo takes the interpolated slices away.',
  perform: async (roiNumber) => {
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const made = await longWork(`Interpolating ${roi.name}`, ({ primary }, control) =>
      interpolateRoi(roi, primary, control),
    );
    if (made === undefined) return;
    for (const warning of made.warnings) toast(warning, 'warning');
    if (made.contours.length === 0) {
      if (made.warnings.length > 0 || interpolatedOf(roi.contours).length > 0) return;
      throw new IsocenterError('GEOMETRY', 'has no slices between drawn ones to fill', { object: roi.name });
    }
    setInterpolated('Interpolate', roi, ({ contours }) => withInterpolated(contours, made.contours));
  },
};
