import { cross, dot } from '../geometry/vec.ts';
import type { Volume } from '../geometry/volume.ts';

/** How much of a dose grid gets at least a dose. */
export interface IsodoseVolume {
  /** cm³ */
  readonly volume: number;
  /** The isodose reaches the grid's border: beyond it there may be more. */
  readonly open: boolean;
}

/** Parts into which a cell that the surface passes is divided, along each axis. */
const PARTS = 4;

/**
 * The volume inside an isodose surface of the trilinear dose, between the outermost voxel centres. Exact for cells wholly inside or
 * outside; a cell on the surface by its 4³ parts, whose errors cancel over the surface (measured: 0.1 % for a ball of 5 voxels' radius).
 * @param gray above 0
 */
export function isodoseVolume(dose: Volume<Float32Array>, gray: number): IsodoseVolume {
  const [nx, ny, nz] = dose.dims;
  const { data } = dose;
  const [dy, dz] = [nx, nx * ny];
  const corners = Int32Array.of(0, 1, dy, dy + 1, dz, dz + 1, dz + dy, dz + dy + 1);
  let cells = 0;
  for (let k = 0; k + 1 < nz; k++)
    for (let j = 0; j + 1 < ny; j++)
      for (let i = 0; i + 1 < nx; i++) {
        const at = i + j * dy + k * dz;
        let above = 0;
        for (let corner = 0; corner < 8; corner++) if (data[at + corners[corner]] >= gray) above++;
        if (above === 8) cells++;
        else if (above > 0) cells += shareAbove(data, at, dy, dz, gray);
      }
  const { direction: d, spacing } = dose;
  const [u, v, w] = [0, 3, 6].map((n) => [d[n], d[n + 1], d[n + 2]] as const);
  const cell = spacing[0] * spacing[1] * spacing[2] * Math.abs(dot(cross(u, v), w));
  return { volume: (cells * cell) / 1000, open: touchesBorder(dose, gray) };
}

/** Share 0..1 of a cell whose trilinear dose is at least `gray`. */
function shareAbove(data: Float32Array, at: number, dy: number, dz: number, gray: number): number {
  let inside = 0;
  for (let c = 0; c < PARTS; c++) {
    const z = (c + 0.5) / PARTS;
    const [a0, a1, a2, a3] = [0, 1, dy, dy + 1].map(
      (corner) => data[at + corner] * (1 - z) + data[at + corner + dz] * z,
    );
    for (let b = 0; b < PARTS; b++) {
      const y = (b + 0.5) / PARTS;
      const [low, high] = [a0 * (1 - y) + a2 * y, a1 * (1 - y) + a3 * y];
      for (let a = 0; a < PARTS; a++) {
        const x = (a + 0.5) / PARTS;
        if (low * (1 - x) + high * x >= gray) inside++;
      }
    }
  }
  return inside / PARTS ** 3;
}

function touchesBorder({ dims: [nx, ny, nz], data }: Volume<Float32Array>, gray: number): boolean {
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const onFace = k === 0 || k === nz - 1 || j === 0 || j === ny - 1;
      const row = (k * ny + j) * nx;
      for (let i = 0; i < nx; i += onFace || nx < 2 ? 1 : nx - 1) if (data[row + i] >= gray) return true;
    }
  return false;
}
