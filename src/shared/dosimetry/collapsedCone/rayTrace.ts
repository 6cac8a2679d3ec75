import type { Vec3 } from '../../geometry/vec.ts';
import { boneMassFraction } from '../patient/medium.ts';

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
 * Eurographics 1987), written to `out`. The path starts at the voxel and ends at the source, at the grid's edge or
 * where more than `enough` g/cm² are crossed.
 */
export function traceToSource(
  grid: LocalGrid,
  i: number,
  j: number,
  k: number,
  source: Vec3,
  out: MassPath,
  enough = Infinity,
): void {
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
      if (water + bone > enough) break;
    }
    travelled = next;
    if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) break;
  }
  out.water = water;
  out.bone = bone;
}

/** Voxels per axis of a block whose rough paths share one trace. */
const BLOCK = 2;

/**
 * Paths for places where little is released: one exact trace for each block of 2×2×2 voxels, from the first voxel asked for; its
 * neighbours' paths differ by their distance to the source in their own density. Off by what neighbouring rays cross differently; an
 * eighth of the work.
 */
export class RoughPaths {
  readonly #grid: LocalGrid;
  readonly #source: Vec3;
  readonly #across: number;
  /** By block of one layer: which layer it was traced in, and mass and distance there. */
  readonly #layer: Int32Array;
  readonly #water: Float64Array;
  readonly #bone: Float64Array;
  readonly #distance: Float64Array;

  constructor(grid: LocalGrid, source: Vec3) {
    this.#grid = grid;
    this.#source = source;
    this.#across = Math.ceil(grid.dims[0] / BLOCK);
    const blocks = this.#across * Math.ceil(grid.dims[1] / BLOCK);
    this.#layer = new Int32Array(blocks).fill(-1);
    this.#water = new Float64Array(blocks);
    this.#bone = new Float64Array(blocks);
    this.#distance = new Float64Array(blocks);
  }

  /** As traceToSource. Voxels are best asked for layer by layer. */
  trace(i: number, j: number, k: number, out: MassPath): void {
    const { spacing, dims, density } = this.#grid;
    const block = Math.floor(i / BLOCK) + this.#across * Math.floor(j / BLOCK);
    const layer = Math.floor(k / BLOCK);
    const x = i * spacing[0] - this.#source[0];
    const y = j * spacing[1] - this.#source[1];
    const z = k * spacing[2] - this.#source[2];
    const distance = Math.sqrt(x * x + y * y + z * z);
    if (this.#layer[block] !== layer) {
      traceToSource(this.#grid, i, j, k, this.#source, out);
      this.#layer[block] = layer;
      this.#water[block] = out.water;
      this.#bone[block] = out.bone;
      this.#distance[block] = distance;
      return;
    }
    const rho = density[i + dims[0] * (j + dims[1] * k)];
    const more = rho * (distance - this.#distance[block]);
    const calcified = rho > 1 ? boneMassFraction(rho) * more : 0;
    out.water = Math.max(0, this.#water[block] + more - calcified);
    out.bone = Math.max(0, this.#bone[block] + calcified);
  }
}
