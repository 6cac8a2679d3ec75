import type { DisplacementField } from '../../model/registration.ts';

/** Adds the displacement at `at` (LPS mm of the field's frame) to `to`, in place; false where there is none. */
export type FieldSampler = (at: Float64Array, to: Float64Array) => boolean;

/**
 * Trilinear reading of a displacement field. Up to half a node spacing beyond the outermost nodes their vectors hold; further out, and
 * beside undefined nodes (NaN, PS3.3 C.20.3.1.3), there is no displacement, or with `extend` the nearest one's.
 */
export function fieldSampler(field: DisplacementField, extend = false): FieldSampler {
  const { vectors: v, origin: o, direction: d, spacing: s } = field;
  const [nx, ny, nz] = field.dims;
  const [dx, dy, dz] = [nx > 1 ? 3 : 0, ny > 1 ? 3 * nx : 0, nz > 1 ? 3 * nx * ny : 0];
  const edge = 0.5 + 1e-6;
  const outside = (index: number, n: number): boolean => !(index >= -edge && index <= n - 1 + edge);
  const clamped = (index: number, n: number): number => (index < 0 ? 0 : index > n - 1 ? n - 1 : index);
  const cell = (index: number, n: number): number => Math.max(0, Math.min(n - 2, Math.floor(index)));
  return (at, to) => {
    const [px, py, pz] = [at[0] - o[0], at[1] - o[1], at[2] - o[2]];
    let x = (px * d[0] + py * d[1] + pz * d[2]) / s[0];
    let y = (px * d[3] + py * d[4] + pz * d[5]) / s[1];
    let z = (px * d[6] + py * d[7] + pz * d[8]) / s[2];
    if (!extend && (outside(x, nx) || outside(y, ny) || outside(z, nz))) return false;
    x = clamped(x, nx);
    y = clamped(y, ny);
    z = clamped(z, nz);
    const [i, j, k] = [cell(x, nx), cell(y, ny), cell(z, nz)];
    const [fx, fy, fz] = [x - i, y - j, z - k];
    const q = 3 * (i + nx * (j + ny * k));
    for (let axis = 0; axis < 3; axis++) {
      const p = q + axis;
      const c00 = v[p] + fx * (v[p + dx] - v[p]);
      const c10 = v[p + dy] + fx * (v[p + dy + dx] - v[p + dy]);
      const c01 = v[p + dz] + fx * (v[p + dz + dx] - v[p + dz]);
      const c11 = v[p + dz + dy] + fx * (v[p + dz + dy + dx] - v[p + dz + dy]);
      const c0 = c00 + fy * (c10 - c00);
      const value = c0 + fz * (c01 + fy * (c11 - c01) - c0);
      if (Number.isNaN(value)) return false;
      to[axis] += value;
    }
    return true;
  };
}
