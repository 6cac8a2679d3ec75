import { IsocenterError } from '../../contract/errors.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';

/** A lattice of square bixels, column after column in each row. */
export interface BixelGrid {
  readonly width: number;
  /** Middle of the first bixel, mm. */
  readonly first: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
}

/**
 * The regular grid that bixels lie on, and each one's place in it.
 * @throws IsocenterError USAGE for bixels that lie on no regular lattice.
 */
export function gridOf({ width, middles }: BixelLattice): { grid: BixelGrid; places: Uint32Array } {
  const first = [0, 1].map((axis) => middles.reduce((least, middle) => Math.min(least, middle[axis]), Infinity));
  const last = [0, 1].map((axis) => middles.reduce((most, middle) => Math.max(most, middle[axis]), -Infinity));
  const [columns, rows] = [0, 1].map((axis) => 1 + Math.round((last[axis] - first[axis]) / width));
  const places = Uint32Array.from(middles, (middle) => {
    const [column, row] = [0, 1].map((axis) => (middle[axis] - first[axis]) / width);
    if (Math.max(Math.abs(column - Math.round(column)), Math.abs(row - Math.round(row))) > 1e-3)
      throw new IsocenterError('USAGE', `a bixel at ${middle.join(', ')} mm lies off the lattice`);
    return Math.round(column) + columns * Math.round(row);
  });
  return { grid: { width, first: [first[0], first[1]], columns, rows }, places };
}
