import { IsocenterError } from '../../contract/errors.ts';
import { IDENTITY, invertAffine, multiply } from '../../geometry/affine.ts';
import { type Grid, indexToPatient } from '../../geometry/volume.ts';
import { type Deformation, pointMap } from '../transform.ts';
import { fieldOf } from './fieldOf.ts';

export interface InvertedDeformation {
  /** From the moving frame to the fixed one, on the grid that was asked for. */
  readonly deformation: Deformation;
  /** Distance from a point to itself there and back, at the centres of the grid's cells, mm; over where the inverse is defined. */
  readonly error: { readonly mean: number; readonly max: number };
  /** Fraction of the cells where it is. */
  readonly defined: number;
}

/**
 * The inverse of a deformation as a field on `grid` (of the moving frame), by fixed-point iteration at each node (Chen et al., Med. Phys.
 * 35 (2008) 81). Its error includes that of interpolating between the nodes; a finer grid lessens it.
 * @throws IsocenterError GEOMETRY when a matrix of it has no inverse.
 */
export function invertDeformation(deformation: Deformation, grid: Grid): InvertedDeformation {
  const linear = multiply(deformation.post ?? IDENTITY, deformation.pre ?? IDENTITY);
  const pre = invertAffine(linear);
  if (pre === undefined)
    throw new IsocenterError('GEOMETRY', 'a matrix of the deformation has no inverse', { object: 'registration' });
  const inverse: Deformation = {
    field: fieldOf([{ kind: 'deformation', deformation, forward: false }], grid, pre),
    pre,
  };
  const [back, there] = [
    pointMap([{ kind: 'deformation', deformation: inverse, forward: true }]),
    pointMap([{ kind: 'deformation', deformation, forward: true }]),
  ];
  const cells = grid.dims.map((n) => Math.max(1, n - 1));
  const at = (index: number, axis: number): number => (grid.dims[axis] > 1 ? index + 0.5 : index);
  const point = new Float64Array(3);
  let [sum, max, count] = [0, 0, 0];
  for (let k = 0; k < cells[2]; k++)
    for (let j = 0; j < cells[1]; j++)
      for (let i = 0; i < cells[0]; i++) {
        const start = indexToPatient(grid, [at(i, 0), at(j, 1), at(k, 2)]);
        point.set(start);
        if (!back(point) || !there(point)) continue;
        const mm = Math.hypot(point[0] - start[0], point[1] - start[1], point[2] - start[2]);
        sum += mm;
        if (mm > max) max = mm;
        count++;
      }
  return {
    deformation: inverse,
    error: { mean: count === 0 ? Number.NaN : sum / count, max: count === 0 ? Number.NaN : max },
    defined: count / (cells[0] * cells[1] * cells[2]),
  };
}
