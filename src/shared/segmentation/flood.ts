import type { Box } from './field.ts';

/** What a flood reached: a flag per voxel of the box it ran in, and how far it got. */
export interface Flooded {
  /** 1 where reached; x fastest in the box. */
  readonly reached: Uint8Array;
  readonly count: number;
  /** Bounds of what was reached, in indices of the flooded lattice. */
  readonly bounds: Box;
}

/**
 * What is connected (6 neighbours) to the seeds through voxels that pass `inside`, on a lattice of `dims`; undefined when no
 * seed passes.
 * @param inside asked at most once for each voxel, by its index (x fastest)
 */
export function flood(
  dims: readonly [number, number, number],
  seeds: readonly number[],
  inside: (p: number) => boolean,
): Flooded | undefined {
  const [nx, ny, nz] = dims;
  const slice = nx * ny;
  // 0 not asked, 1 inside, 2 refused.
  const state = new Uint8Array(slice * nz);
  let stack = new Int32Array(4096);
  let top = 0;
  let count = 0;
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  const visit = (p: number): void => {
    if (state[p] !== 0) return;
    if (!inside(p)) {
      state[p] = 2;
      return;
    }
    state[p] = 1;
    if (top === stack.length) {
      const larger = new Int32Array(2 * top);
      larger.set(stack);
      stack = larger;
    }
    stack[top++] = p;
  };
  for (const seed of seeds) visit(seed);
  while (top > 0) {
    const p = stack[--top];
    count++;
    const k = Math.floor(p / slice);
    const j = Math.floor((p - k * slice) / nx);
    const i = p - k * slice - j * nx;
    if (i < low[0]) low[0] = i;
    if (j < low[1]) low[1] = j;
    if (k < low[2]) low[2] = k;
    if (i > high[0]) high[0] = i;
    if (j > high[1]) high[1] = j;
    if (k > high[2]) high[2] = k;
    if (i > 0) visit(p - 1);
    if (i + 1 < nx) visit(p + 1);
    if (j > 0) visit(p - nx);
    if (j + 1 < ny) visit(p + nx);
    if (k > 0) visit(p - slice);
    if (k + 1 < nz) visit(p + slice);
  }
  if (count === 0) return undefined;
  for (let p = 0; p < state.length; p++) if (state[p] === 2) state[p] = 0;
  return {
    reached: state,
    count,
    bounds: { low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] },
  };
}
