import type { Grid } from '#shared/geometry/volume.ts';
import { add, cross, dot, scale, type Vec3 } from '#shared/geometry/vec.ts';
import { extentAlong, gridCentre, onSlice, type PlaneAxes, planeAxes, sliceIndexOf, voxelAlong } from './planes.ts';
import type { PlaneId } from './planeView.ts';

/** The axes of a plane that was turned out of its standard position. */
export type Tilt = Pick<PlaneAxes, 'right' | 'down' | 'normal'>;

export type Tilts = Readonly<Record<PlaneId, Tilt | null>>;

export const NO_TILT: Tilts = { axial: null, sagittal: null, coronal: null };

/** cos of the angle below which a plane counts as turned back into its standard position (0.2°). */
const BACK = 1 - 6e-6;

export const isTilted = (tilts: Tilts): boolean => Object.values(tilts).some((tilt) => tilt !== null);

/**
 * Axes of a plane as shown. A tilted one has slices too, for scrolling: as far apart as a voxel is long along its normal, the middle
 * one through the image's centre.
 */
export function shownAxes(grid: Grid, plane: PlaneId, tilts: Tilts): PlaneAxes {
  const standard = planeAxes(grid, plane);
  const tilt = tilts[plane];
  if (tilt === null) return standard;
  const through = dot(tilt.normal, standard.through) < 0 ? scale(tilt.normal, -1) : tilt.normal;
  const step = voxelAlong(grid, through);
  const half = Math.floor(extentAlong(grid, through) / 2 / step);
  return { ...tilt, through, step, count: 2 * half + 1, first: dot(gridCentre(grid), through) - half * step };
}

/**
 * The point a plane is shown through. A tilted plane goes through the crosshair exactly; the crosshair is then anywhere, and a plane
 * that is not tilted shows the slice nearest to it, never something between two.
 */
export function shownPoint(grid: Grid, plane: PlaneId, tilts: Tilts, crosshair: Vec3): Vec3 {
  if (tilts[plane] !== null || !isTilted(tilts)) return crosshair;
  const axes = planeAxes(grid, plane);
  return onSlice(axes, crosshair, sliceIndexOf(axes, crosshair));
}

/** A vector turned about a unit axis by an angle in radians, right-handed (Rodrigues 1840). */
function turned(vector: Vec3, about: Vec3, angle: number): Vec3 {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return add(add(scale(vector, c), scale(cross(about, vector), s)), scale(about, dot(about, vector) * (1 - c)));
}

/** `from` turned about a unit axis; null where that brings the plane back to its standard position. */
export function turnedTilt(grid: Grid, plane: PlaneId, from: Tilt, about: Vec3, angle: number): Tilt | null {
  const [right, down, normal] = [from.right, from.down, from.normal].map((axis) => turned(axis, about, angle));
  const standard = planeAxes(grid, plane);
  return dot(right, standard.right) > BACK && dot(normal, standard.normal) > BACK ? null : { right, down, normal };
}

/** Angle in degrees between a tilted plane and its standard position. */
export function tiltAngle(grid: Grid, plane: PlaneId, tilt: Tilt): number {
  return (Math.acos(Math.min(1, Math.abs(dot(tilt.normal, planeAxes(grid, plane).normal)))) * 180) / Math.PI;
}
