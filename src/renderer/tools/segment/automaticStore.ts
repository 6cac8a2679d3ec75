import { create } from 'zustand';
import type { Contour, Rgb, RoiType } from '#shared/model/structures.ts';

/** What image analysis, a model or a service found. */
export interface ShownFind {
  readonly name: string;
  readonly type: RoiType;
  readonly color: Rgb;
  readonly contours: readonly Contour[];
  /** 0..1; absent where the method states none. */
  readonly confidence?: number;
  readonly reasons: readonly string[];
}

interface Finds {
  /** What the last search found, those not found too; null before any. */
  readonly found: readonly ShownFind[] | null;
  /** Names to be made, and names whose structure is to be replaced. */
  readonly ticked: ReadonlySet<string>;
  readonly replacing: ReadonlySet<string>;
}

/** A find less sure than this is not ticked by itself. */
const SURE = 0.6;

/** Structures found and not yet made. View state: nothing of it is undone. */
export const useAutomatic = create<Finds>(() => ({ found: null, ticked: new Set(), replacing: new Set() }));

export function showFinds(found: readonly ShownFind[]): void {
  const sure = found.filter(({ contours, confidence }) => contours.length > 0 && (confidence ?? 1) >= SURE);
  useAutomatic.setState({ found, ticked: new Set(sure.map(({ name }) => name)), replacing: new Set() });
}

export const forgetFinds = (): void => useAutomatic.setState({ found: null, ticked: new Set(), replacing: new Set() });

export function toggleFind(which: 'ticked' | 'replacing', name: string): void {
  const next = new Set(useAutomatic.getState()[which]);
  if (!next.delete(name)) next.add(name);
  useAutomatic.setState(which === 'ticked' ? { ticked: next } : { replacing: next });
}
