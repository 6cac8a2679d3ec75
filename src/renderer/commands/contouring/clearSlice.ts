import { useView } from '#renderer/viewports/viewStore.ts';
import { patientToIndex } from '#shared/geometry/volume.ts';
import { editRoi, ringsOnSlice, sliceOf } from '#renderer/tools/slice.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { assertUnlocked, replaceRoi, roiByNumber } from './rois.ts';

export const clearSlice: Command<[roiNumber: number]> = {
  name: 'clearSlice',
  label: 'Clear slice',
  undo: 'Undo brings back the contours of the slice.',
  perform: (roiNumber) => {
    const { primary } = openedDocument();
    const roi = roiByNumber(roiNumber);
    assertUnlocked(roi);
    const slice = sliceOf(primary, Math.round(patientToIndex(primary, useView.getState().crosshair)[2]));
    replaceRoi(`Clear slice of ${roi.name}`, roiNumber, (current) => {
      const here = ringsOnSlice(current, primary, slice);
      return here.length === 0 ? current : editRoi(current, slice, 'cut', here);
    });
  },
};
