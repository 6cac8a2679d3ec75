import { IsocenterError } from '#shared/contract/errors.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import type { Merge } from '#renderer/compute/segmentation/base.ts';
import { toast } from '#renderer/kit/toast.ts';
import { interpolatedOf } from '#shared/structures/drawing/interpolated.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { useSegment } from '#renderer/tools/segment/segmentStore.ts';
import { openedDocument } from '../../longWork.ts';
import { assertUnlocked, replaceRoi, roiByNumber } from '../rois.ts';

/** The structure that finds go to. @throws IsocenterError NOT_FOUND without a selected one, CONFLICT when it is locked. */
export function segmentTarget(): Roi {
  const { activeRoi } = useContouring.getState();
  if (activeRoi === null) throw new IsocenterError('NOT_FOUND', 'select or add the structure to segment first');
  const roi = roiByNumber(activeRoi);
  assertUnlocked(roi);
  return roi;
}

/** Where the find may lie and what becomes of the old contours, as the panel says. */
export function searchOf(target: Roi): { within?: readonly Contour[]; merge: Merge } {
  const { within, merge } = useSegment.getState();
  const bound = within === null ? undefined : openedDocument().structures.rois.find(({ number }) => number === within);
  if (within !== null && bound === undefined)
    throw new IsocenterError('NOT_FOUND', 'the structure to stay within is no longer there');
  return {
    ...(bound === undefined ? {} : { within: bound.contours }),
    merge: { mode: merge, old: target.contours },
  };
}

/** Gives a structure new contours in one undoable edit. @throws IsocenterError GEOMETRY when there are none; NOT_FOUND, CONFLICT */
export function setContours(editName: string, target: Roi, contours: readonly Contour[]): void {
  if (contours.length === 0) throw new IsocenterError('GEOMETRY', 'nothing is left of it', { object: target.name });
  // Looked up again: the work began on an earlier document.
  const current = roiByNumber(target.number);
  assertUnlocked(current);
  if (current.contours !== target.contours)
    throw new IsocenterError('CONFLICT', 'was changed in the meantime; nothing was done', { object: target.name });
  if (interpolatedOf(current.contours).length > 0)
    toast(`${target.name}: its interpolated slices were worked on with the others and count as drawn now`, 'warning');
  replaceRoi(`${editName} ${target.name}`, target.number, (roi) => ({
    ...roi,
    contours,
    generationAlgorithm: 'SEMIAUTOMATIC',
  }));
}
