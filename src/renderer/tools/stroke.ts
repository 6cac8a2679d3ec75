import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi } from '#shared/model/structures.ts';
import { type BooleanOperation, combineRings, type Ring } from '#shared/structures/rings.ts';
import { editDocument, useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import type { PlaneView } from '#renderer/viewports/planeView.ts';
import { useContouring } from './contourStore.ts';
import { useToolFeedback } from './feedback.ts';
import { assertOnSlices, type Effect, editRoi, ringsOnSlice, type Slice, showsSlices, sliceInView } from './slice.ts';

/** One tool stroke on one slice of one ROI: nothing enters the document before `commitStroke`. */
export interface Stroke {
  readonly roi: Roi;
  readonly slice: Slice;
  /** The ROI on this slice when the stroke began. */
  readonly before: readonly Ring[];
}

const OPERATION: Record<Effect, BooleanOperation> = { add: 'union', cut: 'subtract' };

/** Begins a stroke where the view is; null where this plane is not drawn on. Says in the status bar why drawing is refused. */
export function beginStroke(view: PlaneView): Stroke | null {
  const { document } = useDocument.getState();
  if (document === null || !showsSlices(document.primary, view)) return null;
  const slice = sliceInView(document.primary, view);
  if (slice === undefined) return null;
  try {
    const roi = drawableRoi(document.structures.rois, document.primary);
    return { roi, slice, before: ringsOnSlice(roi, document.primary, slice) };
  } catch (error) {
    setMessage(errorWords(error), 'warning');
    return null;
  }
}

function drawableRoi(rois: readonly Roi[], image: ImageVolume): Roi {
  const { activeRoi, locked } = useContouring.getState();
  const roi = rois.find((candidate) => candidate.number === activeRoi);
  if (roi === undefined) throw new IsocenterError('NOT_FOUND', 'select the structure to draw on first');
  if (locked.has(roi.number)) throw new IsocenterError('CONFLICT', 'is locked', { object: roi.name });
  assertOnSlices(roi, image);
  return roi;
}

/** Shows what the slice would hold with `shape` added or cut. */
export function previewStroke({ roi, slice, before }: Stroke, effect: Effect, shape: readonly Ring[]): void {
  const rings = combineRings(OPERATION[effect], before, shape);
  useToolFeedback.setState({ preview: { roiNumber: roi.number, color: roi.color, slice, rings } });
}

/** Adds or cuts the stroke's shape, as one undoable edit named after the tool and the ROI; an empty shape changes nothing. */
export function commitStroke(stroke: Stroke, toolName: string, effect: Effect, shape: readonly Ring[]): void {
  clearStroke();
  if (shape.length === 0 || (effect === 'cut' && stroke.before.length === 0)) return;
  editDocument(`${toolName} ${stroke.roi.name}`, ({ structures }) => {
    // Looked up again: the stroke began on an earlier document.
    const current = structures.rois.find((roi) => roi.number === stroke.roi.number);
    if (current === undefined) return null;
    const changed = editRoi(current, stroke.slice, effect, shape);
    return { structures: { ...structures, rois: structures.rois.map((roi) => (roi === current ? changed : roi)) } };
  });
}

export const clearStroke = (): void => useToolFeedback.setState({ preview: null, path: null });
