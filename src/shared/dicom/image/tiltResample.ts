import type { VoxelArray } from '../../geometry/volume.ts';

export interface ShearedStack<T extends VoxelArray> {
  readonly columns: number;
  readonly rows: number;
  readonly count: number;
  /** Pixel size along rows and along columns, mm. */
  readonly spacing: readonly [number, number];
  /** In-plane shift from slice to slice along row and column, mm. */
  readonly shear: readonly [number, number];
  readonly data: T;
}

/**
 * Straightens a stack whose slices shift in their plane (gantry tilt): each slice is moved by bilinear interpolation onto a common
 * matrix that holds them all; the planes themselves stay. `offset` is the new first pixel against the old one, mm along row and column.
 */
export function straighten<T extends VoxelArray>(
  stack: ShearedStack<T>,
  outside: number,
): { columns: number; rows: number; offset: [number, number]; data: T } {
  const { spacing, shear, count } = stack;
  const last = count - 1;
  const offset: [number, number] = [Math.min(0, last * shear[0]), Math.min(0, last * shear[1])];
  const columns = stack.columns + Math.ceil(Math.abs(last * shear[0]) / spacing[0] - 1e-6);
  const rows = stack.rows + Math.ceil(Math.abs(last * shear[1]) / spacing[1] - 1e-6);
  const data = new (stack.data.constructor as new (length: number) => T)(columns * rows * count);
  const whole = !(data instanceof Float32Array);
  for (let k = 0; k < count; k++) {
    // Old pixel index of new pixel (0, 0) of this slice.
    const u0 = (offset[0] - k * shear[0]) / spacing[0];
    const v0 = (offset[1] - k * shear[1]) / spacing[1];
    const slice = stack.data.subarray(k * stack.columns * stack.rows, (k + 1) * stack.columns * stack.rows);
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++) {
        const value = bilinear(slice, stack.columns, stack.rows, u0 + i, v0 + j, outside);
        data[(k * rows + j) * columns + i] = whole ? Math.round(value) : value;
      }
  }
  return { columns, rows, offset, data };
}

function bilinear(slice: VoxelArray, columns: number, rows: number, u: number, v: number, outside: number): number {
  const tolerance = 1e-6;
  if (u < -tolerance || v < -tolerance || u > columns - 1 + tolerance || v > rows - 1 + tolerance) return outside;
  const i = Math.max(0, Math.min(columns - 2, Math.floor(u)));
  const j = Math.max(0, Math.min(rows - 2, Math.floor(v)));
  const fu = columns === 1 ? 0 : Math.min(1, Math.max(0, u - i));
  const fv = rows === 1 ? 0 : Math.min(1, Math.max(0, v - j));
  const right = columns === 1 ? 0 : 1;
  const below = rows === 1 ? 0 : columns;
  const p = j * columns + i;
  const top = slice[p] + fu * (slice[p + right] - slice[p]);
  const bottom = slice[p + below] + fu * (slice[p + below + right] - slice[p + below]);
  return top + fv * (bottom - top);
}
