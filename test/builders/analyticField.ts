import { type Grid, indexToPatient } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { DisplacementField } from '#shared/model/registration.ts';

/** A displacement known everywhere by formula, sampled at the nodes of a grid. */
export function sampled(grid: Grid, displacement: (point: Vec3) => Vec3): DisplacementField {
  const { dims, spacing, origin, direction } = grid;
  const vectors = new Float32Array(3 * dims[0] * dims[1] * dims[2]);
  let p = 0;
  for (let k = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, p += 3) vectors.set(displacement(indexToPatient(grid, [i, j, k])), p);
  return { dims, spacing, origin, direction, vectors };
}

/** A smooth push of `mm` along each axis that fades as a Gaussian of `sigma` mm round `centre`. */
export const bump =
  (mm: Vec3, sigma: number, centre: Vec3 = [0, 0, 0]) =>
  ([x, y, z]: Vec3): Vec3 => {
    const r2 = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2;
    const g = Math.exp(-r2 / (2 * sigma * sigma));
    return [mm[0] * g, mm[1] * g, mm[2] * g];
  };
