import { IsocenterError } from '#shared/contract/errors.ts';
import { add, scale } from '#shared/geometry/vec.ts';
import { axisOf } from '#shared/geometry/volume.ts';
import type { Contour } from '#shared/model/structures.ts';
import { contoursBySlice, onSlices, sliceNumberAt } from '#renderer/tools/slice.ts';
import { goTo, useView } from '#renderer/viewports/viewStore.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { assertUnlocked, replaceRoi, roiByNumber } from '../rois.ts';

/** Copies a structure's contours of the slice under the crosshair to the next one (in place of what is there) and goes there. */
export const copySlice: Command<[roiNumber: number, towards: 'head' | 'feet']> = {
  name: 'copySlice',
  label: 'Copy slice',
  undo: 'Undo brings back what was on the slice.',
  perform: (roiNumber, towards) => {
    const { primary } = openedDocument();
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const { crosshair } = useView.getState();
    const headward = axisOf(primary, 2)[2] >= 0 ? 1 : -1;
    const step = towards === 'head' ? headward : -headward;
    const from = sliceNumberAt(primary, crosshair);
    const to = (from ?? -1) + step;
    const here = contoursBySlice(roi.contours, primary).get(from ?? -1) ?? [];
    if (from === undefined || here.length === 0)
      throw new IsocenterError('NOT_FOUND', 'has no contours on this slice to copy', { object: roi.name });
    if (to < 0 || to >= primary.dims[2])
      throw new IsocenterError('USAGE', 'this is the last slice of the image', { object: roi.name });
    const [dx, dy, dz] = scale(axisOf(primary, 2), step * primary.spacing[2]);
    const copies = here.map(({ points, type }): Contour => {
      const moved = points.slice();
      for (let i = 0; i < moved.length; i += 3) {
        moved[i] += dx;
        moved[i + 1] += dy;
        moved[i + 2] += dz;
      }
      return { type, points: moved };
    });
    replaceRoi(`Copy slice of ${roi.name}`, roiNumber, (current) => {
      const there = new Set(contoursBySlice(current.contours, primary).get(to));
      const kept = current.contours.filter((contour) => !there.has(contour));
      return { ...current, contours: [...kept, ...onSlices(copies, primary)] };
    });
    goTo(add(crosshair, [dx, dy, dz]));
  },
};
