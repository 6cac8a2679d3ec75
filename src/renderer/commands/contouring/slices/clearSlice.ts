import { useView } from '#renderer/viewports/viewStore.ts';
import { contoursBySlice, sliceNumberAt } from '#renderer/tools/slice.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { assertUnlocked, replaceRoi, roiByNumber } from '../rois.ts';

export const clearSlice: Command<[roiNumber: number]> = {
  name: 'clearSlice',
  label: 'Clear slice',
  undo: 'Undo brings back the contours of the slice.',
  perform: (roiNumber) => {
    const { primary } = openedDocument();
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const k = sliceNumberAt(primary, useView.getState().crosshair) ?? -1;
    replaceRoi(`Clear slice of ${roi.name}`, roiNumber, (current) => {
      const here = new Set(contoursBySlice(current.contours, primary).get(k));
      if (here.size === 0) return current;
      return { ...current, contours: current.contours.filter((contour) => !here.has(contour)) };
    });
  },
};
