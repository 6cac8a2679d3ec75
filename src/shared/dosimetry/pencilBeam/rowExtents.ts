import type { LocalGrid } from '../collapsedCone/rayTrace.ts';

/** First and last voxel with mass of every row along x, at 2 · (j + dims[1] · k); the last before the first where there is none. */
export type RowExtents = Int16Array;

export function rowExtents({ dims, density }: LocalGrid): RowExtents {
  const out = new Int16Array(2 * dims[1] * dims[2]);
  for (let line = 0; line < dims[1] * dims[2]; line++) {
    const at = line * dims[0];
    let begin = 0;
    let end = dims[0] - 1;
    while (begin <= end && density[at + begin] <= 0) begin++;
    while (end >= begin && density[at + end] <= 0) end--;
    out[2 * line] = begin;
    out[2 * line + 1] = end;
  }
  return out;
}
