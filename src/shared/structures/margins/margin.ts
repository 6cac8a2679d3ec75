import { IsocenterError } from '../../contract/errors.ts';
import { axisOf, type Grid } from '../../geometry/volume.ts';
import { dot, type Vec3 } from '../../geometry/vec.ts';
import type { Contour } from '../../model/structures.ts';
import { contoursFromMask } from '../contours/contoursFromMask.ts';
import { levelDistance } from './levelDistance.ts';
import { shapeField } from './shapeField.ts';
import { boundsOf } from '../contours/rings.ts';
import { type ContourStack, stackContours } from '../contours/stack.ts';

/** Voxels of the working grid at most; larger structures are worked coarser, down to 2 mm. */
const WORK_VOXELS = 1.2e6;

/** The ROI's planes along the axes of `grid`. @throws IsocenterError GEOMETRY as expandContours does. */
export function stackOnSlices(contours: readonly Contour[], grid: Grid): ContourStack {
  const stack = stackContours(contours, { grid });
  if (stack.planes.length === 0) return stack;
  if (dot(stack.normal, axisOf(grid, 2)) < 1 - 1e-6 || dot(stack.u, axisOf(grid, 0)) < 1 - 1e-6)
    throw new IsocenterError(
      'GEOMETRY',
      'contours lie on planes oblique to the image; a margin needs them on its slices',
      {
        object: 'margin',
        attribute: 'ContourData',
      },
    );
  return stack;
}

/**
 * The ROI grown (mm > 0) or shrunk (mm < 0) by the same distance in all directions in space, as contours on the k planes of
 * `grid`: the iso-surface of the exact Euclidean distance to a surface that is interpolated between the contour planes.
 * Structures reach half a plane spacing beyond their last contours, with rounded rims. Accurate to about 0.2 mm in the contour
 * planes; across them as well as the planes tell (see docs/EVALUATION.md).
 * @throws IsocenterError GEOMETRY for contours that are not planar or parallel to the grid's k planes.
 */
export function expandContours(contours: readonly Contour[], mm: number, grid: Grid): Contour[] {
  if (!Number.isFinite(mm))
    throw new IsocenterError('USAGE', 'the margin must be a number of mm', { attribute: 'margin' });
  const stack = stackOnSlices(contours, grid);
  const work = workGrid(stack, Math.max(0, mm), grid);
  if (!work) return [];
  const field = shapeField(stack, work.fine);
  const distance = levelDistance(field, work.fine.dims, work.fine.spacing, mm);
  const [nx, ny] = work.fine.dims;
  const depth = new Float32Array(nx * ny * work.planes);
  for (let k = 0; k < work.planes; k++)
    for (let p = 0; p < nx * ny; p++)
      depth[k * nx * ny + p] = -distance[(k * work.perPlane + work.first) * nx * ny + p];
  const coarse: Grid = {
    ...work.fine,
    dims: [nx, ny, work.planes],
    spacing: [work.fine.spacing[0], work.fine.spacing[1], grid.spacing[2]],
    origin: work.origin,
  };
  // A flat end that lies exactly the margin away from a slice belongs to it, whatever the rounding.
  return contoursFromMask(depth, coarse, -mm - 1e-3, -mm - 1);
}

export interface WorkGrid {
  readonly fine: Grid;
  /** Fine layers per k plane of the image, the first layer that is one, and how many are. */
  readonly perPlane: number;
  readonly first: number;
  readonly planes: number;
  /** Centre of voxel (0, 0) on the first k plane. */
  readonly origin: Vec3;
}

/**
 * A grid along the image's axes round the structure and `grown` mm about it whose layers include the image's k planes, a multiple of
 * `layers` to each.
 */
export function workGrid(stack: ContourStack, grown: number, grid: Grid, layers = 1): WorkGrid | undefined {
  const box = boundsOf(stack.planes.flatMap((plane) => plane.rings));
  if (!box) return undefined;
  const [w0, dw] = [dot(grid.origin, stack.normal), grid.spacing[2]];
  const low = stack.planes[0].low - grown;
  const high = stack.planes[stack.planes.length - 1].high + grown;
  const k0 = Math.max(0, Math.ceil((low - w0) / dw - 1e-6));
  const k1 = Math.min(grid.dims[2] - 1, Math.floor((high - w0) / dw + 1e-6));
  if (k1 < k0) return undefined;
  const size = [box[2] - box[0] + 2 * grown, box[3] - box[1] + 2 * grown, high - low];
  const step = Math.max(0.4, Math.min(2, Math.cbrt(((size[0] + 4) * (size[1] + 4) * (size[2] + 4)) / WORK_VOXELS)));
  const perPlane = layers * Math.max(1, Math.round(dw / step / layers));
  const dz = dw / perPlane;
  // Layers from below the structure to above it, counted from plane k0.
  const before = Math.max(0, Math.ceil((w0 + k0 * dw - low) / dz)) + 2;
  const after = Math.max(0, Math.ceil((high - w0 - k1 * dw) / dz)) + 2;
  const u0 = box[0] - grown - 3 * step;
  const v0 = box[1] - grown - 3 * step;
  const dims: Vec3 = [
    Math.ceil((size[0] + 6 * step) / step) + 1,
    Math.ceil((size[1] + 6 * step) / step) + 1,
    before + (k1 - k0) * perPlane + after + 1,
  ];
  const at = (w: number): Vec3 =>
    [0, 1, 2].map((c) => u0 * stack.u[c] + v0 * stack.v[c] + w * stack.normal[c]) as unknown as Vec3;
  const plane = w0 + k0 * dw;
  return {
    fine: { dims, spacing: [step, step, dz], origin: at(plane - before * dz), direction: grid.direction },
    perPlane,
    first: before,
    planes: k1 - k0 + 1,
    origin: at(plane),
  };
}
