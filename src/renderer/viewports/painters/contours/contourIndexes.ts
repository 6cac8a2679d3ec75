import { errorWords } from '#shared/contract/errors.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { type ContourIndex, indexContours } from '#shared/structures/contours/section.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';

interface Entry {
  readonly grid: Grid;
  /** Open lines and points, which have no interior to cut. */
  readonly open: readonly Contour[];
  readonly index?: ContourIndex;
  /** Why the ROI cannot be drawn. */
  readonly error?: string;
}

/** Contours are immutable, so their array is the key: renaming and recolouring keep the index, an edit makes one for its ROI only. */
const entries = new WeakMap<readonly Contour[], Entry>();
/** The last index of each ROI number: an edit's index takes the planes it left alone from it. */
const latest = new Map<number, Entry>();

function entryOf(roi: Roi, grid: Grid): Entry {
  const known = entries.get(roi.contours);
  if (known?.grid === grid) return known;
  let entry: Entry;
  const open = roi.contours.filter((contour) => !isClosed(contour));
  try {
    const before = latest.get(roi.number);
    entry = { grid, open, index: indexContours(roi, grid, before?.grid === grid ? before.index : undefined) };
  } catch (error) {
    entry = { grid, open, error: errorWords(error) };
  }
  entries.set(roi.contours, entry);
  latest.set(roi.number, entry);
  return entry;
}

export const isIndexed = (roi: Roi, grid: Grid): boolean => entries.get(roi.contours)?.grid === grid;

/** The ROI's index for cutting by planes, made on first use; undefined when its contours have no usable geometry. */
export const contourIndexOf = (roi: Roi, grid: Grid): ContourIndex | undefined => entryOf(roi, grid).index;

/** Its open contours and points. */
export const openContoursOf = (roi: Roi, grid: Grid): readonly Contour[] => entryOf(roi, grid).open;

/** Why a ROI cannot be drawn; undefined when it can. */
export const contourError = (roi: Roi, grid: Grid): string | undefined => entryOf(roi, grid).error;
