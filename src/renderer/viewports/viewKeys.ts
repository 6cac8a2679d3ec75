import { scrollPlane, useView } from './viewStore.ts';

const STEPS: Readonly<Record<string, number>> = { PageUp: 1, PageDown: -1, ArrowUp: 1, ArrowDown: -1 };

/** Keys of the plane under the mouse (axial when there is none): Page and arrow keys step slices. Returns whether the key was used. */
export function viewKey(key: string): boolean {
  const steps = STEPS[key];
  const { grid, cursor } = useView.getState();
  if (steps === undefined || grid === null) return false;
  scrollPlane(cursor?.plane ?? 'axial', steps);
  return true;
}
