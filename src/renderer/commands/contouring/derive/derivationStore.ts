import { create } from 'zustand';

interface DerivationState {
  /** Derived ROIs being made anew, by number. */
  readonly making: ReadonlySet<number>;
  /** Why the last try to make a derived ROI failed, by number. */
  readonly problems: ReadonlyMap<number, string>;
}

/** What is under way with derived ROIs; whether they are up to date follows from the structures themselves. */
export const useDerivations = create<DerivationState>(() => ({ making: new Set(), problems: new Map() }));
