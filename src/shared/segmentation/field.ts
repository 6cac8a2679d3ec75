import { type Grid, indexToPatient, patientToIndex, type Volume, type VoxelArray } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import { contoursFromMask } from '../structures/contours/contoursFromMask.ts';
import { rasterizeRoi } from '../structures/contours/mask.ts';
import { signedArea, simplifyRings } from '../structures/contours/rings.ts';
import { ringOf, ringToPatient } from '../structures/contours/stack.ts';
import { axisOf } from '../geometry/volume.ts';
import { dot, type Vec3 } from '../geometry/vec.ts';

/** What segmentation reads of an image: value = data·slope + intercept. */
export interface ScalarImage extends Volume<VoxelArray> {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * A region in its working form: on a box of an image's lattice a number per voxel that is ≥ 0 inside and negative outside. Where
 * it comes from the image's own values (value − threshold), its zero level is the region's surface between the voxels.
 */
export type Field = Volume<Float32Array>;

/** Voxel indices, both ends inclusive. */
export interface Box {
  readonly low: Vec3;
  readonly high: Vec3;
}

/** Vertices closer to the outline than this are dropped, mm. */
const SIMPLIFY = 0.03;

export const wholeBox = ({ dims }: Grid): Box => ({ low: [0, 0, 0], high: [dims[0] - 1, dims[1] - 1, dims[2] - 1] });

export const isEmpty = ({ low, high }: Box): boolean => low.some((value, axis) => value > high[axis]);

/** A box clipped to the grid, with `border` voxels around it. */
export function clipBox({ low, high }: Box, grid: Grid, border = 0): Box {
  const clamp = (value: number, axis: number): number => Math.max(0, Math.min(grid.dims[axis] - 1, value));
  return {
    low: [clamp(low[0] - border, 0), clamp(low[1] - border, 1), clamp(low[2] - border, 2)],
    high: [clamp(high[0] + border, 0), clamp(high[1] + border, 1), clamp(high[2] + border, 2)],
  };
}

/** The voxels of a grid whose centres a set of contours reaches, with `border` voxels around; undefined when there are none. */
export function boxOfContours(contours: readonly Contour[], grid: Grid, border = 1): Box | undefined {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { points } of contours)
    for (let i = 0; i + 2 < points.length; i += 3)
      patientToIndex(grid, [points[i], points[i + 1], points[i + 2]]).forEach((value, axis) => {
        low[axis] = Math.min(low[axis], Math.floor(value + 1e-6));
        high[axis] = Math.max(high[axis], Math.ceil(value - 1e-6));
      });
  const inside = low.every((value, axis) => high[axis] >= 0 && value <= grid.dims[axis] - 1);
  if (!inside) return undefined;
  return clipBox({ low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] }, grid, border);
}

/** The lattice of a box of voxels; its k planes are the grid's. */
export const boxGrid = (grid: Grid, { low, high }: Box): Grid => ({
  dims: [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1],
  spacing: grid.spacing,
  origin: indexToPatient(grid, low),
  direction: grid.direction,
});

/** The values (rescaled) of a box of an image. */
export function cutBox(image: ScalarImage, box: Box): Field {
  const grid = boxGrid(image, box);
  const [nx, ny, nz] = grid.dims;
  const data = new Float32Array(nx * ny * nz);
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const row = box.low[0] + image.dims[0] * (box.low[1] + j + image.dims[1] * (box.low[2] + k));
      for (let i = 0; i < nx; i++, p++) data[p] = image.data[row + i] * image.slope + image.intercept;
    }
  return { ...grid, data };
}

/** `field` cut down, in place, to what lies inside a structure: exact to the share of each voxel that the structure covers. */
export function restrict(field: Field, within: readonly Contour[]): void {
  const cover = rasterizeRoi(within, field);
  const scale = 2 * largest(field.data);
  for (let p = 0; p < cover.length; p++) field.data[p] = Math.min(field.data[p], (cover[p] - 0.5) * scale);
}

/** The greatest finite value, at least a little above 0. */
function largest(data: Float32Array): number {
  let top = 1e-6;
  for (const value of data) if (value > top && value < Infinity) top = value;
  return top;
}

/**
 * The region's outlines on the k planes of its box, holes as inner contours, sub-voxel where the field is. What reaches the
 * border of the box ends about half a voxel beyond the last centre.
 * @param smallest outlines that enclose less are dropped, mm²; default a tenth of a pixel
 */
export function outlineField(field: Field, smallest?: number): Contour[] {
  const frame = { u: axisOf(field, 0), v: axisOf(field, 1), normal: axisOf(field, 2) };
  const crumb = smallest ?? 0.1 * field.spacing[0] * field.spacing[1];
  const outlines: Contour[] = [];
  for (const contour of contoursFromMask(field.data, field, 0, -largest(field.data))) {
    const offset = dot([contour.points[0], contour.points[1], contour.points[2]], frame.normal);
    for (const ring of simplifyRings([ringOf(contour, frame)], SIMPLIFY))
      if (Math.abs(signedArea(ring)) >= crumb)
        outlines.push({ type: 'CLOSED_PLANAR', points: ringToPatient(frame, ring, offset) });
  }
  return outlines;
}
