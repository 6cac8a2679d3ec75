import type { Vec3 } from '../geometry/vec.ts';
import { boneMassFraction } from './medium.ts';

/** A density grid in its own axes: lengths cm, the centre of voxel (0,0,0) at the origin, x fastest. */
export interface LocalGrid {
  readonly dims: Vec3;
  readonly spacing: Vec3;
  /** g/cm³. */
  readonly density: Float32Array;
}

/** Mass per area crossed between the source and a point, split by medium, g/cm². */
export interface MassPath {
  water: number;
  bone: number;
}

/**
 * Exact radiological path from the centre of voxel (i, j, k) to `source` (cm, grid axes), voxel by voxel (Amanatides and Woo,
 * Eurographics 1987), written to `out`. The path starts at the voxel and ends at the source or at the grid's edge.
 */
export function traceToSource(grid: LocalGrid, i: number, j: number, k: number, source: Vec3, out: MassPath): void {
  const [nx, ny, nz] = grid.dims;
  const [hx, hy, hz] = grid.spacing;
  const density = grid.density;
  const [dx, dy, dz] = [source[0] - i * hx, source[1] - j * hy, source[2] - k * hz];
  const end = Math.sqrt(dx * dx + dy * dy + dz * dz);
  const [stepX, stepY, stepZ] = [dx > 0 ? 1 : -1, dy > 0 ? 1 : -1, dz > 0 ? 1 : -1];
  const [strideX, strideY, strideZ] = [stepX, stepY * nx, stepZ * nx * ny];
  const deltaX = (hx * end) / Math.abs(dx);
  const deltaY = (hy * end) / Math.abs(dy);
  const deltaZ = (hz * end) / Math.abs(dz);
  let [nextX, nextY, nextZ] = [deltaX / 2, deltaY / 2, deltaZ / 2];
  let [x, y, z] = [i, j, k];
  let at = i + nx * (j + ny * k);
  let [travelled, water, bone] = [0, 0, 0];
  while (travelled < end) {
    const rho = density[at];
    let next: number;
    if (nextX <= nextY && nextX <= nextZ) {
      next = nextX;
      nextX += deltaX;
      x += stepX;
      at += strideX;
    } else if (nextY <= nextZ) {
      next = nextY;
      nextY += deltaY;
      y += stepY;
      at += strideY;
    } else {
      next = nextZ;
      nextZ += deltaZ;
      z += stepZ;
      at += strideZ;
    }
    if (next > end) next = end;
    if (rho > 0) {
      const mass = rho * (next - travelled);
      const calcified = rho > 1 ? boneMassFraction(rho) * mass : 0;
      water += mass - calcified;
      bone += calcified;
    }
    travelled = next;
    if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) break;
  }
  out.water = water;
  out.bone = bone;
}
