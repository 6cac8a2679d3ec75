import { transformVector } from '../../geometry/affine.ts';
import { bldFromPatient, sourcePosition } from '../../geometry/iec.ts';
import type { Mat4 } from '../../geometry/affine.ts';
import { axisOf, type Grid } from '../../geometry/volume.ts';
import { dot, scale, subtract, type Vec3 } from '../../geometry/vec.ts';
import type { BeamSegment } from './segments.ts';

/** A beam seen from the dose grid: grid axes, cm, the centre of voxel (0,0,0) at the origin. */
export interface BeamFrame {
  readonly source: Vec3;
  readonly isocenter: Vec3;
  /** Unit vectors of the beam-limiting device: x, y, and the direction of travel along the axis (−z). */
  readonly x: Vec3;
  readonly y: Vec3;
  readonly travel: Vec3;
  /** Source–axis distance, cm. */
  readonly sad: number;
}

/** Places the beam of a segment or sector on the grid. `sad` in mm. */
export function beamFrame(
  grid: Grid,
  place: Pick<BeamSegment, 'angles' | 'isocenter'>,
  sad: number,
  iecFromLps: Mat4,
): BeamFrame {
  const axes = [axisOf(grid, 0), axisOf(grid, 1), axisOf(grid, 2)] as const;
  const bld = bldFromPatient(place.angles, place.isocenter, iecFromLps);
  const seen = axes.map((axis) => transformVector(bld, axis));
  const local = (point: Vec3): Vec3 => {
    const from = subtract(point, grid.origin);
    return [dot(from, axes[0]) / 10, dot(from, axes[1]) / 10, dot(from, axes[2]) / 10];
  };
  return {
    source: local(sourcePosition(place.angles, place.isocenter, sad, iecFromLps)),
    isocenter: local(place.isocenter),
    x: [seen[0][0], seen[1][0], seen[2][0]],
    y: [seen[0][1], seen[1][1], seen[2][1]],
    travel: scale([seen[0][2], seen[1][2], seen[2][2]], -1),
    sad: sad / 10,
  };
}
