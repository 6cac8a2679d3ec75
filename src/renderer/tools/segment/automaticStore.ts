import { create } from 'zustand';
import type { FoundStructure } from '#shared/segmentation/automatic/found.ts';

interface Finds {
  /** What the last search found, those not found too; null before any. */
  readonly found: readonly FoundStructure[] | null;
  /** Names to be made, and names whose structure is to be replaced. */
  readonly ticked: ReadonlySet<string>;
  readonly replacing: ReadonlySet<string>;
}

/** A find less sure than this is not ticked by itself. */
const SURE = 0.6;

/** Structures found and not yet made. View state: nothing of it is undone. */
export const useAutomatic = create<Finds>(() => ({ found: null, ticked: new Set(), replacing: new Set() }));

export function showFinds(found: readonly FoundStructure[]): void {
  const sure = found.filter(({ contours, confidence }) => contours.length > 0 && confidence >= SURE);
  useAutomatic.setState({ found, ticked: new Set(sure.map(({ name }) => name)), replacing: new Set() });
}

export const forgetFinds = (): void => useAutomatic.setState({ found: null, ticked: new Set(), replacing: new Set() });

export function toggleFind(which: 'ticked' | 'replacing', name: string): void {
  const next = new Set(useAutomatic.getState()[which]);
  if (!next.delete(name)) next.add(name);
  useAutomatic.setState(which === 'ticked' ? { ticked: next } : { replacing: next });
}
