import type { Grid } from '../../geometry/volume.ts';
import { type EditPlane, slicePlane } from './brush.ts';
import { mergeRings, type Ring } from '../contours/rings.ts';
import { type Solid, slicesReached } from './solid.ts';

/** Pieces of a slice that may wait before they are merged whatever the budget. */
const MOST_PENDING = 24;

interface SliceStroke {
  merged: readonly Ring[];
  pending: Ring[][];
}

/** What a stroke has covered so far on each slice of an image. Grows; never shrinks. */
export interface SolidStroke {
  /** Adds a solid to what is covered. */
  add(solid: Solid): void;
  /** Adds rings (outers counter-clockwise, holes clockwise) on one slice. */
  addRings(k: number, rings: readonly Ring[]): void;
  /** Slices with something on them, rising. */
  slices(): number[];
  /** What is covered on slice k, merged now if it was not. */
  ringsAt(k: number): readonly Ring[];
  /** Sets of rings whose union is covered on slice k: cheap, nothing is merged. */
  piecesAt(k: number): readonly (readonly Ring[])[];
  /** Merges waiting pieces, slice by slice, until `late()` says that the time is up; whether none wait any more. */
  settle(late: () => boolean): boolean;
}

/**
 * A stroke made of solids. A brush adds one piece a pointer move; merging all of a ball's slices each time would cost a frame, so
 * pieces wait and are merged where they are looked at, where there is time, or where too many wait.
 */
export function solidStroke(grid: Grid): SolidStroke {
  const bySlice = new Map<number, SliceStroke>();
  const planes = new Map<number, EditPlane>();
  const planeOf = (k: number): EditPlane => {
    const known = planes.get(k) ?? slicePlane(grid, k);
    planes.set(k, known);
    return known;
  };
  const flush = (slice: SliceStroke): readonly Ring[] => {
    if (slice.pending.length === 0) return slice.merged;
    const alone = slice.merged.length === 0 && slice.pending.length === 1;
    slice.merged = alone ? slice.pending[0] : mergeRings([...slice.merged, ...slice.pending.flat()]);
    slice.pending = [];
    return slice.merged;
  };
  const addRings = (k: number, rings: readonly Ring[]): void => {
    if (rings.length === 0) return;
    const slice = bySlice.get(k) ?? { merged: [], pending: [] };
    bySlice.set(k, slice);
    slice.pending.push([...rings]);
    if (slice.pending.length > MOST_PENDING) flush(slice);
  };
  return {
    addRings,
    add(solid) {
      const [first, last] = slicesReached(solid, grid);
      for (let k = first; k <= last; k++) addRings(k, solid.section(planeOf(k)));
    },
    slices: () => [...bySlice.keys()].sort((a, b) => a - b),
    ringsAt(k) {
      const slice = bySlice.get(k);
      return slice === undefined ? [] : flush(slice);
    },
    piecesAt(k) {
      const slice = bySlice.get(k);
      return slice === undefined ? [] : slice.merged.length === 0 ? slice.pending : [slice.merged, ...slice.pending];
    },
    settle(late) {
      for (const [k, slice] of bySlice) {
        if (late()) return false;
        if (slice.pending.length === 0) continue;
        flush(slice);
        // To the end of the queue, where it is met once more with nothing waiting.
        bySlice.delete(k);
        bySlice.set(k, slice);
      }
      return true;
    },
  };
}
