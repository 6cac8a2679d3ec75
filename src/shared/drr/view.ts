import { transformVector } from '../geometry/affine.ts';
import type { Mat4 } from '../geometry/affine.ts';
import { type BeamAngles, bldFromPatient, sourcePosition } from '../geometry/iec.ts';
import { add, scale, type Vec3 } from '../geometry/vec.ts';

/**
 * Where a digitally reconstructed radiograph is taken from and what it covers. The image lies in the beam-limiting-device system of
 * IEC 61217 as seen from the source: columns run along +x, rows down along −y. `angles.collimator` turns the image; an image
 * in the gantry's system has 0 there.
 */
export interface DrrView {
  readonly angles: BeamAngles;
  /** LPS mm. */
  readonly isocenter: Vec3;
  /** IEC fixed system from patient LPS at couch 0, see `iecFromPatient`. */
  readonly iecFromLps: Mat4;
  /** Source to isocenter, mm. */
  readonly sad: number;
  /** Source to image plane, mm: `sad` for an image at the isocenter. */
  readonly sid: number;
  /** Columns, rows. */
  readonly size: readonly [number, number];
  /** mm between columns and between rows, in the image plane. */
  readonly spacing: readonly [number, number];
  /** x, y in the image plane (mm) of the image's middle: 0, 0 where the beam axis goes through it. */
  readonly centre: readonly [number, number];
}

/** Rays of a view in LPS mm: pixel (c, r) has its centre at `first` + c·`column` + r·`row`. */
export interface DrrRays {
  readonly source: Vec3;
  readonly first: Vec3;
  readonly column: Vec3;
  readonly row: Vec3;
  /** Unit vector of the beam axis, away from the source. */
  readonly axis: Vec3;
}

export function drrRays({ angles, isocenter, iecFromLps, sad, sid, size, spacing, centre }: DrrView): DrrRays {
  const bld = bldFromPatient(angles, isocenter, iecFromLps);
  const [x, y, z]: Vec3[] = [
    [bld[0], bld[1], bld[2]],
    [bld[4], bld[5], bld[6]],
    [bld[8], bld[9], bld[10]],
  ];
  const left = centre[0] - ((size[0] - 1) / 2) * spacing[0];
  const top = centre[1] + ((size[1] - 1) / 2) * spacing[1];
  const middle = add(isocenter, scale(z, sad - sid));
  return {
    source: sourcePosition(angles, isocenter, sad, iecFromLps),
    first: add(middle, add(scale(x, left), scale(y, top))),
    column: scale(x, spacing[0]),
    row: scale(y, -spacing[1]),
    axis: scale(z, -1),
  };
}

/**
 * The pixel (column, row; fractions allowed) at which a point in LPS mm is seen; undefined for one that is not in front of the source.
 */
export function pixelOfPoint(view: DrrView, point: Vec3): readonly [number, number] | undefined {
  const { angles, isocenter, iecFromLps, sad, sid, size, spacing, centre } = view;
  const bld = bldFromPatient(angles, isocenter, iecFromLps);
  const seen = transformVector(bld, [point[0] - isocenter[0], point[1] - isocenter[1], point[2] - isocenter[2]]);
  const distance = sad - seen[2];
  if (distance <= 0) return undefined;
  const [x, y] = [(seen[0] * sid) / distance, (seen[1] * sid) / distance];
  return [(x - centre[0]) / spacing[0] + (size[0] - 1) / 2, (centre[1] - y) / spacing[1] + (size[1] - 1) / 2];
}
