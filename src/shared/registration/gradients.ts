import { invertRigid, type Mat4, transformPoint, transformVector } from '../geometry/affine.ts';
import { indexToPatient, patientToIndex } from '../geometry/volume.ts';
import { dot, length, type Vec3 } from '../geometry/vec.ts';
import type { PreparedImage } from './prepare.ts';

/** Edges: the strongest tenth of the gradients. */
const EDGES = 0.1;

/**
 * How well edges lie on edges: the mean of cos² between the images' gradients at edges of the fixed image, weighted by both
 * gradients' lengths (after Haber & Modersitzki 2006). 1/3 for directions that have nothing to do with each other, towards 1 where all
 * edges are parallel, whichever side is brighter; undefined where no edge of the fixed image lies in the moving one.
 */
export function gradientAgreement(fixed: PreparedImage, moving: PreparedImage, matrix: Mat4): number | undefined {
  const toMoving = invertRigid(matrix);
  const [nx, ny, nz] = fixed.dims;
  const edges: { readonly at: Vec3; readonly gradient: Vec3; readonly size: number }[] = [];
  const step = Math.max(1, Math.round(Math.cbrt((nx * ny * nz) / 60_000)));
  for (let k = 1; k < nz - 1; k += step)
    for (let j = 1; j < ny - 1; j += step)
      for (let i = 1; i < nx - 1; i += step) {
        const gradient = gradientAt(fixed, [i, j, k]);
        edges.push({ at: indexToPatient(fixed, [i, j, k]), gradient, size: length(gradient) });
      }
  edges.sort((a, b) => b.size - a.size);
  let [sum, weights] = [0, 0];
  for (const { at, gradient, size } of edges.slice(0, Math.ceil(edges.length * EDGES))) {
    const index = patientToIndex(moving, transformPoint(toMoving, at)).map((x) => Math.round(x));
    if (size === 0 || index.some((x, axis) => x < 1 || x > moving.dims[axis] - 2)) continue;
    const there = transformVector(matrix, gradientAt(moving, [index[0], index[1], index[2]]));
    const other = length(there);
    if (other === 0) continue;
    sum += dot(gradient, there) ** 2 / (size * other);
    weights += size * other;
  }
  return weights === 0 ? undefined : sum / weights;
}

/** Central differences at a voxel that has neighbours, per mm, along LPS. */
function gradientAt({ data, dims: [nx, ny], spacing, direction: d }: PreparedImage, [i, j, k]: Vec3): Vec3 {
  const p = i + nx * (j + ny * k);
  const along = [data[p + 1] - data[p - 1], data[p + nx] - data[p - nx], data[p + nx * ny] - data[p - nx * ny]].map(
    (difference, axis) => difference / (2 * spacing[axis]),
  );
  const at = (n: 0 | 1 | 2): number => along[0] * d[n] + along[1] * d[3 + n] + along[2] * d[6 + n];
  return [at(0), at(1), at(2)];
}
