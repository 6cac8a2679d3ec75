import { IsocenterError } from '#shared/contract/errors.ts';
import { contoursFingerprint } from '#shared/structures/contours/fingerprint.ts';
import type { EditRecord, Roi, StructureSet } from '#shared/model/structures.ts';

/** `after` with the edit in its history: edits of the same kind on the same structures in a row are counted, not listed. */
export function withEditLogged(
  before: StructureSet,
  after: StructureSet,
  { edit, at, by }: Pick<EditRecord, 'edit' | 'at' | 'by'>,
): StructureSet {
  if (after === before) return after;
  const rois = changedRois(before, after);
  const history = after.history ?? [];
  const last = history.at(-1);
  if (last !== undefined && last.edit === edit && last.by === by && last.rois.join('\\') === rois.join('\\'))
    return { ...after, history: [...history.slice(0, -1), { ...last, at, times: last.times + 1 }] };
  return { ...after, history: [...history, { at, by, edit, rois, times: 1 }] };
}

/** `after` with what followed from the newest edit told in its entry. */
export function withFollowersLogged(before: StructureSet, after: StructureSet): StructureSet {
  const last = after.history?.at(-1);
  if (after === before || last === undefined) return after;
  const rois = [...new Set([...last.rois, ...changedRois(before, after)])];
  return { ...after, history: [...(after.history ?? []).slice(0, -1), { ...last, rois }] };
}

function changedRois(before: StructureSet, after: StructureSet): string[] {
  const old = new Map(before.rois.map((roi) => [roi.number, roi]));
  const kept = new Set(after.rois.map(({ number }) => number));
  return [
    ...after.rois.filter((roi) => roi !== old.get(roi.number)),
    ...before.rois.filter(({ number }) => !kept.has(number)),
  ].map(({ name }) => name);
}

/** What no tool or command may do: the last line behind their own checks. @throws IsocenterError CONFLICT for approved sets and locked ROIs. */
export function refuseProtected(before: StructureSet, after: StructureSet): void {
  if (after === before) return;
  if (before.approval?.status === 'APPROVED' && after.approval === before.approval)
    throw new IsocenterError('CONFLICT', 'is approved: make a draft of it first', { object: before.label });
  const now = new Map(after.rois.map((roi) => [roi.number, roi]));
  for (const roi of before.rois)
    if (roi.locked === true && !sameButLock(roi, now.get(roi.number)))
      throw new IsocenterError('CONFLICT', 'is locked', { object: roi.name });
}

/** Colours are how it is shown, and recipes are rewritten when a source is renamed. */
const sameButLock = (roi: Roi, now: Roi | undefined): boolean =>
  now !== undefined &&
  (roi.contours === now.contours || contoursFingerprint(roi.contours) === contoursFingerprint(now.contours)) &&
  roi.name === now.name &&
  roi.type === now.type &&
  roi.density === now.density;
