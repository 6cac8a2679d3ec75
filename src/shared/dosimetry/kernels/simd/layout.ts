import { ANGLE_STEPS, DEPTH_NODES } from '../../coneTable.ts';
import { RATE_COUNT } from '../../depositionKernel.ts';
import type { Vec3 } from '../../../geometry/vec.ts';

/** Voxels that one instruction takes. */
const LANES = 4;
/** Columns of zeros on both sides of a carried row: a line that comes from outside the grid brings nothing. */
const MARGIN = 4;
/** Floats of one cone table entry: the six coefficients, padded so that an entry begins on 32 bytes. */
const ENTRY = 8;
const ENTRIES = DEPTH_NODES.length * (ANGLE_STEPS + 1);
const ALIGN = 64;

/**
 * Where everything lies in a run's memory, in bytes. Grids: rows padded to whole vectors, the padding is vacuum. Carried
 * energy: a plane a rate, each with an empty row before the first and after the last.
 */
export interface Layout {
  readonly dims: Vec3;
  /** Floats of one padded row of the grids. */
  readonly rowLength: number;
  readonly carryRow: number;
  readonly ratePlane: number;
  readonly density: number;
  readonly terma: number;
  readonly hardening: number;
  readonly dose: number;
  readonly carried: readonly [number, number];
  readonly table: number;
  readonly size: number;
}

export function layoutOf(dims: Vec3): Layout {
  const [n0, n1, n2] = dims;
  const rowLength = Math.ceil(n0 / LANES) * LANES;
  const carryRow = rowLength + 2 * MARGIN;
  const ratePlane = carryRow * (n1 + 2);
  let size = ALIGN;
  const take = (floats: number): number => {
    const at = size;
    size += Math.ceil((4 * floats) / ALIGN) * ALIGN;
    return at;
  };
  const grid = rowLength * n1 * n2;
  return {
    dims,
    rowLength,
    carryRow,
    ratePlane,
    density: take(grid),
    terma: take(grid),
    hardening: take(grid),
    dose: take(grid),
    carried: [take(RATE_COUNT * ratePlane), take(RATE_COUNT * ratePlane)],
    table: take(ENTRIES * ENTRY),
    size,
  };
}

/** Copies a grid into its padded rows. */
export function putGrid(memory: Float32Array, { dims, rowLength }: Layout, at: number, values: Float32Array): void {
  const [n0, n1, n2] = dims;
  for (let row = 0; row < n1 * n2; row++)
    memory.set(values.subarray(row * n0, (row + 1) * n0), at / 4 + row * rowLength);
}

/** Copies a grid out of its padded rows. */
export function takeGrid(memory: Float32Array, { dims, rowLength }: Layout, at: number): Float32Array {
  const [n0, n1, n2] = dims;
  const out = new Float32Array(n0 * n1 * n2);
  for (let row = 0; row < n1 * n2; row++) {
    const from = at / 4 + row * rowLength;
    out.set(memory.subarray(from, from + n0), row * n0);
  }
  return out;
}

/** Copies a cone table into its padded entries. */
export function putTable(memory: Float32Array, { table }: Layout, coefficients: Float32Array): void {
  for (let entry = 0; entry < ENTRIES; entry++)
    memory.set(coefficients.subarray(entry * RATE_COUNT, (entry + 1) * RATE_COUNT), table / 4 + entry * ENTRY);
}
