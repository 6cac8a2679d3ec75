import { axisOf, type Grid, patientToIndex, voxelCount } from '../../geometry/volume.ts';
import { dot, type Vec3 } from '../../geometry/vec.ts';
import type { Contour } from '../../model/structures.ts';
import { areaCoverage, type Lattice } from './coverage.ts';
import { boundsOf, normaliseRings } from './rings.ts';
import { type ContourStack, stackContours, stackPoint } from './stack.ts';

/** Sub-samples per axis of a voxel when grid and contour planes are oblique to each other. */
const OBLIQUE_SAMPLES = 4;

/**
 * Partial-volume mask of an ROI on a grid: the fraction 0..1 of each voxel inside the ROI, x fastest.
 *
 * Within a contour plane the area fraction is exact (even–odd rule: nested contours are holes, keyholes and XOR contours work).
 * Between planes each contour stands for its slab (see stackContours), so a voxel takes every plane's coverage weighted by the
 * share of its thickness lying in that plane's slab. Contours on planes oblique to the grid are rasterized exactly on a finer
 * grid of their own and sampled 4×4×4 times a voxel.
 * @throws IsocenterError GEOMETRY for contours that are not planar or not parallel.
 */
export function rasterizeRoi(contours: readonly Contour[], grid: Grid): Float32Array {
  return rasterizeStack(stackContours(contours, { grid }), grid);
}

/** As rasterizeRoi, for contours already sorted into planes. */
export function rasterizeStack(stack: ContourStack, grid: Grid): Float32Array {
  const mask = new Float32Array(voxelCount(grid));
  if (stack.planes.length === 0) return mask;
  if (isAligned(stack, grid)) addAligned(stack, grid, mask);
  else addOblique(stack, grid, mask);
  return mask;
}

/** Whether the stack's u, v and normal are the grid's i, j and k axes. */
export function isAligned(stack: ContourStack, grid: Grid): boolean {
  const same = (a: Vec3, b: Vec3): boolean => dot(a, b) > 1 - 1e-9;
  return same(stack.u, axisOf(grid, 0)) && same(stack.v, axisOf(grid, 1)) && same(stack.normal, axisOf(grid, 2));
}

/** The pixels of the grid's i–j lattice that `box` [u0, v0, u1, v1] touches, as a lattice; undefined when it misses the grid. */
function window(lattice: Lattice, box: readonly number[]): { lattice: Lattice; i: number; j: number } | undefined {
  const i0 = Math.max(0, Math.floor((box[0] - lattice.u0) / lattice.du + 0.5));
  const j0 = Math.max(0, Math.floor((box[1] - lattice.v0) / lattice.dv + 0.5));
  const i1 = Math.min(lattice.width - 1, Math.floor((box[2] - lattice.u0) / lattice.du + 0.5));
  const j1 = Math.min(lattice.height - 1, Math.floor((box[3] - lattice.v0) / lattice.dv + 0.5));
  if (i1 < i0 || j1 < j0) return undefined;
  return {
    lattice: {
      ...lattice,
      width: i1 - i0 + 1,
      height: j1 - j0 + 1,
      u0: lattice.u0 + i0 * lattice.du,
      v0: lattice.v0 + j0 * lattice.dv,
    },
    i: i0,
    j: j0,
  };
}

function addAligned(stack: ContourStack, grid: Grid, mask: Float32Array): void {
  const [nx, ny, nz] = grid.dims;
  const full: Lattice = {
    width: nx,
    height: ny,
    u0: dot(grid.origin, stack.u),
    v0: dot(grid.origin, stack.v),
    du: grid.spacing[0],
    dv: grid.spacing[1],
  };
  const w0 = dot(grid.origin, stack.normal);
  const dw = grid.spacing[2];
  for (const plane of stack.planes) {
    const low = (plane.low - w0) / dw + 0.5;
    const high = (plane.high - w0) / dw + 0.5;
    const first = Math.max(0, Math.floor(low));
    const last = Math.min(nz - 1, Math.ceil(high) - 1);
    if (last < first) continue;
    const rings = normaliseRings(plane.rings);
    const box = boundsOf(rings);
    const part = box && window(full, box);
    if (!part) continue;
    const { width, height } = part.lattice;
    const coverage = areaCoverage(rings, part.lattice);
    for (let k = first; k <= last; k++) {
      const overlap = Math.min(high, k + 1) - Math.max(low, k);
      // Rounded plane positions make shares of 1e-9 and 1 − 1e-9.
      if (overlap < 1e-6) continue;
      const weight = overlap > 1 - 1e-6 ? 1 : overlap;
      for (let row = 0; row < height; row++) {
        const target = part.i + nx * (part.j + row + ny * k);
        for (let column = 0; column < width; column++) {
          const share = coverage[row * width + column];
          if (share > 0) mask[target + column] = Math.min(1, mask[target + column] + weight * share);
        }
      }
    }
  }
}

/** A grid in the stack's own frame that holds it; undefined for an empty stack. */
function ownGrid(stack: ContourStack, spacing: number): Grid | undefined {
  const box = boundsOf(stack.planes.flatMap((plane) => plane.rings));
  if (!box) return undefined;
  const low = stack.planes[0].low;
  const high = stack.planes[stack.planes.length - 1].high;
  const dims: Vec3 = [
    Math.ceil((box[2] - box[0]) / spacing) + 1,
    Math.ceil((box[3] - box[1]) / spacing) + 1,
    Math.max(1, Math.ceil((high - low) / spacing)),
  ];
  const layer = (high - low) / dims[2];
  return {
    dims,
    spacing: [spacing, spacing, layer],
    origin: stackPoint(stack, box[0], box[1], low + 0.5 * layer),
    direction: [...stack.u, ...stack.v, ...stack.normal],
  };
}

function addOblique(stack: ContourStack, grid: Grid, mask: Float32Array): void {
  const fine = ownGrid(stack, Math.min(...grid.spacing) / 2);
  if (!fine) return;
  const source = rasterizeStack(stack, fine);
  const [nx, ny, nz] = grid.dims;
  const [mx, my, mz] = fine.dims;
  const reach = boundingIndices(fine, grid);
  const n = OBLIQUE_SAMPLES;
  // Index in `fine` is affine in the index of `grid`: origin + step per axis.
  const at = (i: number, j: number, k: number): Vec3 => {
    const { origin: o, spacing: s, direction: d } = grid;
    return patientToIndex(fine, [
      o[0] + i * s[0] * d[0] + j * s[1] * d[3] + k * s[2] * d[6],
      o[1] + i * s[0] * d[1] + j * s[1] * d[4] + k * s[2] * d[7],
      o[2] + i * s[0] * d[2] + j * s[1] * d[5] + k * s[2] * d[8],
    ]);
  };
  const zero = at(0, 0, 0);
  const axes = [at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)].map((p) => [p[0] - zero[0], p[1] - zero[1], p[2] - zero[2]]);
  const samples: number[] = [];
  for (let c = 0; c < n ** 3; c++) {
    const offsets = [c % n, Math.floor(c / n) % n, Math.floor(c / n / n)].map((s) => (s + 0.5) / n - 0.5);
    for (let d = 0; d < 3; d++)
      samples.push(offsets[0] * axes[0][d] + offsets[1] * axes[1][d] + offsets[2] * axes[2][d]);
  }
  for (let k = Math.max(0, reach[2]); k <= Math.min(nz - 1, reach[5]); k++)
    for (let j = Math.max(0, reach[1]); j <= Math.min(ny - 1, reach[4]); j++)
      for (let i = Math.max(0, reach[0]); i <= Math.min(nx - 1, reach[3]); i++) {
        const x = zero[0] + i * axes[0][0] + j * axes[1][0] + k * axes[2][0];
        const y = zero[1] + i * axes[0][1] + j * axes[1][1] + k * axes[2][1];
        const z = zero[2] + i * axes[0][2] + j * axes[1][2] + k * axes[2][2];
        let sum = 0;
        for (let s = 0; s < samples.length; s += 3) {
          const a = Math.round(x + samples[s]);
          const b = Math.round(y + samples[s + 1]);
          const c = Math.round(z + samples[s + 2]);
          if (a >= 0 && b >= 0 && c >= 0 && a < mx && b < my && c < mz) sum += source[a + mx * (b + my * c)];
        }
        mask[i + nx * (j + ny * k)] = sum / n ** 3;
      }
}

/** Index bounds [i0, j0, k0, i1, j1, k1] in `grid` of the box that `inner` fills, one voxel of slack. */
function boundingIndices(inner: Grid, grid: Grid): number[] {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const index = [corner & 1, (corner >> 1) & 1, corner >> 2].map((bit, axis) => (bit ? inner.dims[axis] : -1));
    const { origin: o, spacing: s, direction: d } = inner;
    const point = [0, 1, 2].map(
      (c) => o[c] + index[0] * s[0] * d[c] + index[1] * s[1] * d[3 + c] + index[2] * s[2] * d[6 + c],
    );
    patientToIndex(grid, [point[0], point[1], point[2]]).forEach((value, axis) => {
      low[axis] = Math.min(low[axis], Math.floor(value));
      high[axis] = Math.max(high[axis], Math.ceil(value));
    });
  }
  return [...low, ...high];
}
