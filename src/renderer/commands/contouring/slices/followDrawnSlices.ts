import { interpolateRoi } from '#renderer/compute/structures/frontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { joinNewestEdit, useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import { contoursBySlice, onSlices } from '#renderer/tools/slice.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { Roi } from '#shared/model/structures.ts';
import { drawnOf, interpolatedOf, withInterpolated } from '#shared/structures/drawing/interpolated.ts';

type Interpolate = typeof interpolateRoi;

/**
 * Keeps interpolated slices in step with the drawn ones: after an edit of a drawn slice they are made anew, in a worker, and joined to
 * that edit, so that one undo takes back both. Only slices that were interpolated before are filled, and drawn ones that the edit
 * emptied. Returns what ends it.
 */
export function followDrawnSlices(interpolate: Interpolate = interpolateRoi): () => void {
  let running: AbortController | undefined;

  const follow = async (roi: Roi, document: ClinicalDocument, wanted: ReadonlySet<number>): Promise<void> => {
    running?.abort();
    const abort = new AbortController();
    running = abort;
    try {
      const made = await interpolate(roi, document.primary, { signal: abort.signal });
      if (abort.signal.aborted) return;
      const bySlice = contoursBySlice(onSlices(made.contours, document.primary), document.primary);
      const kept = [...wanted].flatMap((k) => bySlice.get(k) ?? []);
      joinNewestEdit(({ structures }) => {
        // Edited again or undone meanwhile: the slices follow that edit, or are those of before.
        const current = structures.rois.find(({ number }) => number === roi.number);
        if (current === undefined || current.contours !== roi.contours) return null;
        const renewed = { ...current, contours: withInterpolated(current.contours, kept) };
        return { structures: { ...structures, rois: structures.rois.map((one) => (one === current ? renewed : one)) } };
      });
    } catch (error) {
      if (error instanceof IsocenterError && error.code === 'CANCELLED') return;
      toast(`${roi.name}: the interpolated slices are those of before: ${errorWords(error)}`, 'error');
    } finally {
      if (running === abort) running = undefined;
    }
  };

  const unsubscribe = useDocument.subscribe(({ document, history }, { document: before, history: past }) => {
    if (document === null || before === null || document.primary !== before.primary) return running?.abort();
    // Undo and redo bring back slices that fit: only a new edit is followed.
    if (document.structures === before.structures || history.sequence <= past.sequence) return;
    if (past.undone.length > 0 && history.done.at(-1) === past.undone.at(-1)) return;
    const old = new Map(before.structures.rois.map((roi) => [roi.number, roi]));
    for (const roi of document.structures.rois) {
      const wanted = wantedSlices(old.get(roi.number), roi, document);
      if (wanted.size > 0) void follow(roi, document, wanted);
    }
  });
  return () => {
    running?.abort();
    unsubscribe();
  };
}

/** Slices to be interpolated anew after an edit that made `now` of `before`; none where no drawn slice changed. */
function wantedSlices(before: Roi | undefined, now: Roi, { primary }: ClinicalDocument): ReadonlySet<number> {
  const none = new Set<number>();
  if (before === undefined || before.contours === now.contours) return none;
  const stillThere = interpolatedOf(now.contours);
  if (stillThere.length === 0) return none;
  const drawn = drawnOf(now.contours);
  const drawnBefore = drawnOf(before.contours);
  const known = new Set(drawnBefore);
  if (drawn.length === drawnBefore.length && drawn.every((contour) => known.has(contour))) return none;
  const slices = new Set(contoursBySlice(before.contours, primary).keys());
  for (const k of contoursBySlice(drawn, primary).keys()) slices.delete(k);
  return slices;
}
