import { IDENTITY, type Mat4, transformPoint } from '../../geometry/affine.ts';
import { type Grid, indexToPatient, voxelCount } from '../../geometry/volume.ts';
import type { DisplacementField } from '../../model/registration.ts';
import { pointMap, type Transform } from '../transform.ts';

/**
 * Any transform as a displacement field on a grid of the frame it starts from, beside a matrix: vectors T(p) − pre·p in mm, NaN where the
 * transform is not defined. Composes chains and, given a transform that runs through a deformation backwards, inverts it.
 */
export function fieldOf(transform: Transform, grid: Grid, pre: Mat4 = IDENTITY): DisplacementField {
  const map = pointMap(transform);
  const { dims, spacing, origin, direction } = grid;
  const vectors = new Float32Array(3 * voxelCount(grid));
  const point = new Float64Array(3);
  let p = 0;
  for (let k = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, p += 3) {
        const node = indexToPatient(grid, [i, j, k]);
        point.set(node);
        const defined = map(point);
        const straight = transformPoint(pre, node);
        for (let axis = 0; axis < 3; axis++) vectors[p + axis] = defined ? point[axis] - straight[axis] : Number.NaN;
      }
  return { dims, spacing, origin, direction, vectors };
}
