import { useDocument } from '#renderer/document/store.ts';
import type { Roi } from '#shared/model/structures.ts';
import { type DerivationStatus, derivationStatuses } from '#shared/structures/derivation/derivation.ts';

const NONE: ReadonlyMap<number, DerivationStatus> = new Map();
const known = new WeakMap<readonly Roi[], ReadonlyMap<number, DerivationStatus>>();

/** The states of the document's derived ROIs by number; ROI lists are immutable, so each is judged once. */
export function useDerivationStatuses(): ReadonlyMap<number, DerivationStatus> {
  const rois = useDocument((state) => state.document?.structures.rois);
  if (rois === undefined || rois.every(({ derivation }) => derivation === undefined)) return NONE;
  let statuses = known.get(rois);
  if (statuses === undefined) {
    statuses = derivationStatuses(rois);
    known.set(rois, statuses);
  }
  return statuses;
}
