import type { PlaneView } from './planeView.ts';

/** What follows the pointer while a handle is held. */
export interface HeldHandle {
  /** CSS pixels of the view; `fine` while Shift is held. */
  readonly move: (view: PlaneView, x: number, y: number, fine: boolean) => void;
  readonly end: () => void;
  readonly cancel: () => void;
}

/** Something on the planes that can be taken hold of when no tool is in the hand. */
export interface PlaneHandle {
  /** Begins to hold what lies under a position; undefined where there is nothing to hold. */
  readonly grab: (view: PlaneView, x: number, y: number) => HeldHandle | undefined;
  /** Whether there is something to hold, for the cursor. */
  readonly isAt: (view: PlaneView, x: number, y: number) => boolean;
}

const handles = new Set<PlaneHandle>();

/** Returns what takes the handle off the planes. */
export function registerHandle(handle: PlaneHandle): () => void {
  handles.add(handle);
  return () => handles.delete(handle);
}

export function grabHandle(view: PlaneView, x: number, y: number): HeldHandle | undefined {
  for (const handle of handles) {
    const held = handle.grab(view, x, y);
    if (held !== undefined) return held;
  }
  return undefined;
}

export const isOnHandle = (view: PlaneView, x: number, y: number): boolean =>
  [...handles].some((handle) => handle.isAt(view, x, y));
