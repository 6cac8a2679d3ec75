import type { Grid } from '#shared/geometry/volume.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { Contour } from '#shared/model/structures.ts';

/** A regular polygon with n vertices and circumradius r on the axial plane z. */
export function circle(x: number, y: number, r: number, z: number, n = 180): Contour {
  const points = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const angle = (2 * Math.PI * i) / n;
    points.set([x + r * Math.cos(angle), y + r * Math.sin(angle), z], 3 * i);
  }
  return { type: 'CLOSED_PLANAR', points };
}

const polygon = (xy: readonly (readonly [number, number])[], z = 0): Contour => ({
  type: 'CLOSED_PLANAR',
  points: Float64Array.from(xy.flatMap(([x, y]) => [x, y, z])),
});

export const rectangle = (x0: number, y0: number, x1: number, y1: number, z = 0): Contour =>
  polygon(
    [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ],
    z,
  );

export function sphere(x: number, y: number, z: number, r: number, spacing: number): Contour[] {
  const contours: Contour[] = [];
  for (let k = Math.ceil((z - r) / spacing); k * spacing < z + r; k++) {
    const square = r * r - (k * spacing - z) ** 2;
    if (square > 0) contours.push(circle(x, y, Math.sqrt(square), k * spacing));
  }
  return contours;
}

/** A cubic lattice of `n` × `n` × `nz` voxels centred on the origin. */
export const cube = (n: number, nz: number, spacing: number, spacingZ: number): Grid => ({
  dims: [n, n, nz],
  spacing: [spacing, spacing, spacingZ],
  origin: [(-(n - 1) / 2) * spacing, (-(n - 1) / 2) * spacing, (-(nz - 1) / 2) * spacingZ],
  direction: AXIAL,
});

export const total = (mask: Float32Array, grid: Grid): number =>
  mask.reduce((sum, v) => sum + v, 0) * grid.spacing[0] * grid.spacing[1] * grid.spacing[2];
