import { IDENTITY, transformVector } from '../../geometry/affine.ts';
import { add, cross, dot, type Vec3 } from '../../geometry/vec.ts';
import { axisOf, type Volume, voxelCount } from '../../geometry/volume.ts';
import type { Deformation } from '../transform.ts';

export interface JacobianReport {
  /** At each node by central differences: 1 keeps volume, below shrinks the fixed image's tissue in the moving one; NaN where undefined. */
  readonly map: Volume<Float32Array>;
  /** Over the corners of all cells, by one-sided differences: a fold one cell wide does not escape. */
  readonly min: number;
  readonly max: number;
  /** Fraction of the nodes with a corner whose determinant is ≤ 0: there space folds and the deformation has no meaning. */
  readonly folded: number;
}

/** Determinants of the Jacobian of a deformation (fixed to moving) at the nodes of its field, matrices included. */
export function jacobian({ field, pre = IDENTITY, post = IDENTITY }: Deformation): JacobianReport {
  const { dims, spacing, vectors } = field;
  const strides = [3, 3 * dims[0], 3 * dims[0] * dims[1]];
  const along = ([0, 1, 2] as const).map((axis) => transformVector(pre, axisOf(field, axis)));
  const outer = determinant(
    transformVector(post, [1, 0, 0]),
    transformVector(post, [0, 1, 0]),
    transformVector(post, [0, 0, 1]),
  );
  const data = new Float32Array(voxelCount(field));
  let [min, max, folded, defined] = [Infinity, -Infinity, 0, 0];
  /** Image of the grid's axis from node p over the nodes at `from` and `to`. */
  const edge = (p: number, axis: number, from: number, to: number): Vec3 => {
    const mm = (to - from) * spacing[axis];
    const [a, b] = [p + from * strides[axis], p + to * strides[axis]];
    if (mm === 0) return along[axis];
    return add(along[axis], [
      (vectors[b] - vectors[a]) / mm,
      (vectors[b + 1] - vectors[a + 1]) / mm,
      (vectors[b + 2] - vectors[a + 2]) / mm,
    ]);
  };
  let node = 0;
  for (let k = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, node++) {
        const p = 3 * node;
        const sides = [i, j, k].map((index, axis) => {
          const [back, ahead] = [index > 0 ? -1 : 0, index < dims[axis] - 1 ? 1 : 0];
          const all = [edge(p, axis, back, ahead)];
          if (back < 0) all.push(edge(p, axis, back, 0));
          if (ahead > 0) all.push(edge(p, axis, 0, ahead));
          return all;
        });
        data[node] = outer * determinant(sides[0][0], sides[1][0], sides[2][0]);
        let least = Infinity;
        for (const x of oneSided(sides[0]))
          for (const y of oneSided(sides[1]))
            for (const z of oneSided(sides[2])) {
              const value = outer * determinant(x, y, z);
              if (value < least) least = value;
              if (value > max) max = value;
            }
        if (least === Infinity) continue;
        defined++;
        if (least < min) min = least;
        if (least <= 0) folded++;
      }
  const { origin, direction } = field;
  return { map: { dims, spacing, origin, direction, data }, min, max, folded: defined === 0 ? 0 : folded / defined };
}

/** The one-sided edges; along an axis of one node there is only the straight one. */
const oneSided = (all: readonly Vec3[]): readonly Vec3[] => (all.length === 1 ? all : all.slice(1));

const determinant = (x: Vec3, y: Vec3, z: Vec3): number => dot(x, cross(y, z));

/** Tissue that grows or shrinks more than this is doubted: a lung's full breath stays below (Reinhardt et al., Med. Image Anal. 12 (2008) 752). */
const [LEAST, MOST] = [0.3, 3];

/** What a person must know of these determinants before using the deformation; empty when nothing speaks against it. */
export function jacobianWarnings({ min, max, folded }: Omit<JacobianReport, 'map'>): string[] {
  const warnings: string[] = [];
  if (folded > 0)
    warnings.push(
      `the deformation folds at ${(100 * folded).toFixed(2)} % of its nodes (least Jacobian ${min.toFixed(2)}): do not use it there`,
    );
  else if (min < LEAST) warnings.push(`the deformation shrinks tissue to ${(100 * min).toFixed(0)} % of its volume`);
  if (max > MOST) warnings.push(`the deformation stretches tissue to ${(100 * max).toFixed(0)} % of its volume`);
  return warnings;
}
