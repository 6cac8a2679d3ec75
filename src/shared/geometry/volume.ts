import { type Mat4, transformPoint, transformVector } from './affine.ts';
import { cross, dot, type Vec3 } from './vec.ts';

/**
 * A regular lattice of voxel centres in patient space (LPS, mm), x fastest.
 * `origin` is the centre of voxel (0,0,0); `direction` holds the unit vectors of the i, j and k axes one after the other
 * (9 numbers), so that LPS = origin + i·spacing[0]·direction[0..2] + j·spacing[1]·direction[3..5] + k·spacing[2]·direction[6..8].
 */
export interface Grid {
  readonly dims: Vec3;
  readonly spacing: Vec3;
  readonly origin: Vec3;
  readonly direction: readonly number[];
}

export type VoxelArray = Float32Array | Int16Array | Uint16Array | Uint8Array;

export interface Volume<T extends VoxelArray = Float32Array> extends Grid {
  readonly data: T;
}

export const AXIAL: readonly number[] = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export const voxelCount = (grid: Grid): number => grid.dims[0] * grid.dims[1] * grid.dims[2];

/** Volume of one voxel in mm³. */
export const voxelVolume = (grid: Grid): number => grid.spacing[0] * grid.spacing[1] * grid.spacing[2];

export const axisOf = (grid: Grid, axis: 0 | 1 | 2): Vec3 => [
  grid.direction[axis * 3],
  grid.direction[axis * 3 + 1],
  grid.direction[axis * 3 + 2],
];

/** Continuous voxel index → LPS mm. */
export function indexToPatient(grid: Grid, index: Vec3): Vec3 {
  const { origin, spacing, direction: d } = grid;
  const [a, b, c] = [index[0] * spacing[0], index[1] * spacing[1], index[2] * spacing[2]];
  return [
    origin[0] + a * d[0] + b * d[3] + c * d[6],
    origin[1] + a * d[1] + b * d[4] + c * d[7],
    origin[2] + a * d[2] + b * d[5] + c * d[8],
  ];
}

/** LPS mm → continuous voxel index (axes are orthonormal, so the inverse is the transpose). */
export function patientToIndex(grid: Grid, point: Vec3): Vec3 {
  const { origin, spacing, direction: d } = grid;
  const [x, y, z] = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
  return [
    (x * d[0] + y * d[1] + z * d[2]) / spacing[0],
    (x * d[3] + y * d[4] + z * d[5]) / spacing[1],
    (x * d[6] + y * d[7] + z * d[8]) / spacing[2],
  ];
}

/** The same voxels seen from another frame of reference: `toFrame` maps this grid's LPS to the new LPS and must be rigid. */
export function moveGrid<G extends Grid>(grid: G, toFrame: Mat4): G {
  const axes = ([0, 1, 2] as const).flatMap((axis) => transformVector(toFrame, axisOf(grid, axis)));
  return { ...grid, origin: transformPoint(toFrame, grid.origin), direction: axes };
}

/** Whether the axes are orthonormal and right-handed within 1e-3. */
export function isOrthonormal(direction: readonly number[]): boolean {
  const i: Vec3 = [direction[0], direction[1], direction[2]];
  const j: Vec3 = [direction[3], direction[4], direction[5]];
  const k: Vec3 = [direction[6], direction[7], direction[8]];
  const near = (value: number, target: number): boolean => Math.abs(value - target) < 1e-3;
  return near(dot(i, i), 1) && near(dot(j, j), 1) && near(dot(i, j), 0) && near(dot(cross(i, j), k), 1);
}

/** Trilinear value at a continuous index; `outside` where the index leaves the voxel centres' box. */
export function sampleAtIndex(volume: Volume<VoxelArray>, index: Vec3, outside: number): number {
  const [nx, ny, nz] = volume.dims;
  const [x, y, z] = index;
  const tolerance = 1e-6;
  if (!(x >= -tolerance && y >= -tolerance && z >= -tolerance)) return outside;
  if (!(x <= nx - 1 + tolerance && y <= ny - 1 + tolerance && z <= nz - 1 + tolerance)) return outside;
  const i = Math.max(0, Math.min(nx - 2, Math.floor(x)));
  const j = Math.max(0, Math.min(ny - 2, Math.floor(y)));
  const k = Math.max(0, Math.min(nz - 2, Math.floor(z)));
  const [fx, fy, fz] = [nx === 1 ? 0 : x - i, ny === 1 ? 0 : y - j, nz === 1 ? 0 : z - k];
  const dx = nx === 1 ? 0 : 1;
  const dy = ny === 1 ? 0 : nx;
  const dz = nz === 1 ? 0 : nx * ny;
  const p = i + nx * (j + ny * k);
  const d = volume.data;
  const c00 = d[p] + fx * (d[p + dx] - d[p]);
  const c10 = d[p + dy] + fx * (d[p + dy + dx] - d[p + dy]);
  const c01 = d[p + dz] + fx * (d[p + dz + dx] - d[p + dz]);
  const c11 = d[p + dz + dy] + fx * (d[p + dz + dy + dx] - d[p + dz + dy]);
  const c0 = c00 + fy * (c10 - c00);
  const c1 = c01 + fy * (c11 - c01);
  return c0 + fz * (c1 - c0);
}

export const sampleAtPoint = (volume: Volume<VoxelArray>, point: Vec3, outside: number): number =>
  sampleAtIndex(volume, patientToIndex(volume, point), outside);
