import { create } from 'zustand';

const KEY = 'isocenter.beamColumns';

/** Storage may be forbidden to a page, and holds what another version put there. */
function remembered(): readonly string[] | null {
  try {
    const stored: unknown = JSON.parse(globalThis.localStorage?.getItem(KEY) ?? 'null');
    return Array.isArray(stored) ? stored.filter((id): id is string => typeof id === 'string') : null;
  } catch {
    return null;
  }
}

/** The columns of the beam table that the user chose, by id; null for the usual ones. */
export const useColumnChoice = create<{ readonly chosen: readonly string[] | null }>(() => ({ chosen: remembered() }));

/** Null goes back to the usual columns. */
export function chooseColumns(chosen: readonly string[] | null): void {
  useColumnChoice.setState({ chosen });
  try {
    globalThis.localStorage?.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // It then lasts as long as the window.
  }
}
