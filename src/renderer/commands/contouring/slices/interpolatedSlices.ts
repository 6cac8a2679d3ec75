import { IsocenterError } from '#shared/contract/errors.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { accepted, drawnOf, interpolatedOf } from '#shared/structures/drawing/interpolated.ts';
import { contoursBySlice, onSlices, sliceNumberAt } from '#renderer/tools/slice.ts';
import { useView } from '#renderer/viewports/viewStore.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { assertUnlocked, replaceRoi, roiByNumber } from '../rois.ts';

/** Accepts the interpolated contours of the slice under the crosshair: they count as drawn from now on. */
export const acceptSlice: Command<[roiNumber: number]> = {
  name: 'acceptSlice',
  label: 'Accept slice',
  undo: 'Undo makes them interpolated again.',
  perform: (roiNumber) => {
    const roi = editable(roiNumber);
    const { primary } = openedDocument();
    const k = sliceNumberAt(primary, useView.getState().crosshair) ?? -1;
    const here = new Set(interpolatedOf(contoursBySlice(roi.contours, primary).get(k) ?? []));
    if (here.size === 0)
      throw new IsocenterError('NOT_FOUND', 'nothing on this slice is interpolated', { object: roi.name });
    setInterpolated('Accept a slice of', roi, ({ contours }) => accepted(contours, here));
  },
};

/** Accepts all interpolated contours of a structure. */
export const acceptSlices: Command<[roiNumber: number]> = {
  name: 'acceptSlices',
  label: 'Accept all',
  undo: 'Undo makes them interpolated again.',
  perform: (roiNumber) =>
    setInterpolated('Accept slices of', editable(roiNumber), ({ contours }) => accepted(contours)),
};

/** Takes all interpolated contours of a structure away. */
export const rejectSlices: Command<[roiNumber: number]> = {
  name: 'rejectSlices',
  label: 'Reject',
  undo: 'Undo brings them back.',
  perform: (roiNumber) => setInterpolated('Reject slices of', editable(roiNumber), ({ contours }) => drawnOf(contours)),
};

function editable(roiNumber: number): Roi {
  const roi = roiByNumber(roiNumber);
  assertUnlocked(roi);
  return roi;
}

/** Changes a structure's contours in one edit. @throws IsocenterError CONFLICT when it was changed since `roi` was looked up. */
export function setInterpolated(editName: string, roi: Roi, change: (roi: Roi) => readonly Contour[]): void {
  const { primary } = openedDocument();
  replaceRoi(`${editName} ${roi.name}`, roi.number, (current) => {
    if (current.contours !== roi.contours)
      throw new IsocenterError('CONFLICT', 'was changed in the meantime; nothing was done', { object: roi.name });
    const contours = change(current);
    if (contours.length === current.contours.length && contours.every((one, i) => one === current.contours[i]))
      return current;
    return { ...current, contours: onSlices(contours, primary) };
  });
}
