import { ANGLE_STEPS, DEPTH_NODES } from '../../coneTable.ts';
import { RATE_COUNT } from '../../depositionKernel.ts';
import type { Vec3 } from '../../../../geometry/vec.ts';

/** Voxels that one instruction takes. */
const LANES = 4;
/** Floats of one cone table entry: the six coefficients, padded so that an entry begins on 32 bytes. */
const ENTRY = 8;
const ENTRIES = DEPTH_NODES.length * (ANGLE_STEPS + 1);
const ALIGN = 64;

/** The grid's arrays in a run's memory, in bytes: rows along one axis padded to whole vectors; the padding is vacuum. */
export interface GridLayout {
  /** The grid's axis along which rows lie; the other two follow in their own order. */
  readonly lane: 0 | 1;
  readonly dims: Vec3;
  /** Floats of one padded row. */
  readonly rowLength: number;
  readonly density: number;
  readonly terma: number;
  readonly hardening: number;
  readonly energy: number;
  readonly table: number;
  /** Room for what a row looks up: places in the table and shares of depth nodes. */
  readonly places: number;
  readonly shares: number;
  /** Room for a sweep's shifts plane by plane, and, from there on, for the lines. */
  readonly shifts: number;
  readonly lines: number;
}

export function gridLayout(dims: Vec3, lane: 0 | 1): GridLayout {
  const rowLength = Math.ceil(dims[lane] / LANES) * LANES;
  const grid = (rowLength * dims[1 - lane] * dims[2] * 4 + ALIGN) & -ALIGN;
  const table = ALIGN + 4 * grid;
  const places = table + 4 * ENTRIES * ENTRY;
  return {
    lane,
    dims,
    rowLength,
    density: ALIGN,
    terma: ALIGN + grid,
    hardening: ALIGN + 2 * grid,
    energy: ALIGN + 3 * grid,
    table,
    places,
    shares: places + 4 * rowLength,
    shifts: places + 8 * rowLength,
    lines: places + 8 * rowLength + 8 * Math.max(...dims),
  };
}

/** Floats from one voxel of the padded grid to the next along an axis of the grid. */
export function strideOf({ lane, dims, rowLength }: GridLayout, axis: 0 | 1 | 2): number {
  if (axis === lane) return 1;
  return axis === 2 ? rowLength * dims[1 - lane] : rowLength;
}

/** Copies a grid into its padded rows. */
export function putGrid(memory: Float32Array, layout: GridLayout, at: number, values: Float32Array): void {
  visitRows(layout, (row, first, stride, count) => {
    const to = at / 4 + row;
    if (stride === 1) memory.set(values.subarray(first, first + count), to);
    else for (let n = 0; n < count; n++) memory[to + n] = values[first + n * stride];
  });
}

/** Adds to `sum` the energy per volume of the padded grid as dose, the energy per mass of `density`; vacuum gets none. */
export function addDose(memory: Float32Array, layout: GridLayout, density: Float32Array, sum: Float32Array): void {
  visitRows(layout, (row, first, stride, count) => {
    const from = layout.energy / 4 + row;
    for (let n = 0, voxel = first; n < count; n++, voxel += stride)
      if (density[voxel] > 0) sum[voxel] += memory[from + n] / density[voxel];
  });
}

/** Takes away the energy that was added as dose. */
export function clearEnergy(memory: Float32Array, { energy, table }: GridLayout): void {
  memory.fill(0, energy / 4, table / 4);
}

/** Visits rows: place in the padded grid, first voxel, stride and number of voxels in the plain grid. */
function visitRows(
  layout: GridLayout,
  each: (row: number, first: number, stride: number, count: number) => void,
): void {
  const { lane, dims, rowLength } = layout;
  let row = 0;
  for (let k = 0; k < dims[2]; k++)
    for (let across = 0; across < dims[1 - lane]; across++, row += rowLength)
      each(row, (lane === 0 ? across * dims[0] : across) + k * dims[0] * dims[1], lane === 0 ? 1 : dims[0], dims[lane]);
}

/** Rows of lines that the kernel takes through the grid together. */
const TILE = 4;

/**
 * Carried energy of a sweep. A line keeps its place; the window of lines over the grid moves instead. A row of lines holds one row
 * for each rate, and only as many rows as the kernel takes at a time are held.
 */
export interface LinesLayout {
  /** Rows of lines that ever meet the grid. */
  readonly rows: number;
  /** Bytes of one rate's row of lines, and of all lines held. */
  readonly rate: number;
  readonly bytes: number;
  /** Line of voxel (0, 0) of the first plane. */
  readonly base: readonly [number, number];
}

/** `reach`: voxels by which the lines have moved along rows and from row to row when they cross the last plane. */
export function linesLayout(rowLength: number, rows: number, reach: readonly [number, number]): LinesLayout {
  const rate = 4 * Math.ceil((rowLength + Math.abs(reach[0])) / LANES) * LANES;
  return {
    rows: rows + Math.abs(reach[1]),
    rate,
    bytes: RATE_COUNT * rate * TILE,
    base: [Math.max(0, reach[0]), Math.max(0, reach[1])],
  };
}

/** Copies a cone table into its padded entries. */
export function putTable(memory: Float32Array, { table }: GridLayout, coefficients: Float32Array): void {
  for (let entry = 0; entry < ENTRIES; entry++)
    for (let rate = 0; rate < RATE_COUNT; rate++)
      memory[table / 4 + entry * ENTRY + rate] = coefficients[entry * RATE_COUNT + rate];
}
