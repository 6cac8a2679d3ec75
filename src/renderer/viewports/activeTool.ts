import { useSyncExternalStore } from 'react';
import type { PlaneTool } from './plane/planeView.ts';

let active: PlaneTool | null = null;
/** True between a pointer-down the tool took and the matching pointer-up. */
let busy = false;
const listeners = new Set<() => void>();

const notify = (): void => {
  for (const listener of listeners) listener();
};

/** Makes `tool` receive the pointer events of all planes; an unfinished stroke of the one before is cancelled. */
export function setActiveTool(tool: PlaneTool | null): void {
  if (tool === active) return;
  active?.cancel();
  active = tool;
  busy = false;
  notify();
}

export const activeTool = (): PlaneTool | null => active;

export function setToolBusy(value: boolean): void {
  busy = value;
}

/** Re-renders the component when the active tool changes. */
export function useActiveTool(): PlaneTool | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => active,
  );
}

/**
 * Keys for the tool. Escape first cancels what the tool is doing, then (nothing being under way) puts the tool away.
 * Returns whether the key was used.
 */
export function toolKey(key: string): boolean {
  if (active === null) return false;
  if (key === 'Escape') {
    if (active.onKey?.(key) === true) return true;
    active.cancel();
    if (!busy) setActiveTool(null);
    busy = false;
    return true;
  }
  return active.onKey?.(key) ?? false;
}
