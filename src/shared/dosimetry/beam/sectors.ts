import type { BeamAngles } from '../../geometry/iec.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { BeamSegment } from './segments.ts';

/** Degrees; docs/DOSIMETRY.md says what wider and narrower sectors cost and give. */
export const DEFAULT_ARC_SECTOR = 4;

/** Neighbouring segments of an arc whose released energy is superposed together, from their mean direction. */
export interface Sector {
  /** Weighted by meterset. */
  readonly angles: BeamAngles;
  readonly isocenter: Vec3;
  readonly segments: readonly BeamSegment[];
}

/**
 * Segments in the order of delivery to sectors: those whose gantry angles lie within less than `width` degrees of the first one's, at one
 * isocenter and couch angle. Width 0: every segment by itself.
 */
export function sectorsOf(segments: readonly BeamSegment[], width: number): Sector[] {
  const groups: BeamSegment[][] = [];
  for (const segment of segments) {
    const group = groups.at(-1);
    if (group !== undefined && belongs(group[0], segment, width)) group.push(segment);
    else groups.push([segment]);
  }
  return groups.map((group) => ({
    angles: { ...group[0].angles, gantry: meanGantry(group) },
    isocenter: group[0].isocenter,
    segments: group,
  }));
}

function belongs(first: BeamSegment, next: BeamSegment, width: number): boolean {
  return (
    Math.abs(turn(first.angles.gantry, next.angles.gantry)) < width &&
    first.angles.couch === next.angles.couch &&
    first.isocenter.every((value, axis) => value === next.isocenter[axis])
  );
}

function meanGantry(group: readonly BeamSegment[]): number {
  const { gantry } = group[0].angles;
  if (group.length === 1) return gantry;
  let [weights, moment] = [0, 0];
  for (const { angles, apertures } of group) {
    const weight = apertures.reduce((sum, aperture) => sum + aperture.weight, 0);
    weights += weight;
    moment += weight * turn(gantry, angles.gantry);
  }
  return (((gantry + moment / weights) % 360) + 360) % 360;
}

/** Degrees from one angle to another the short way, −180 … 180. */
function turn(from: number, to: number): number {
  return ((((to - from + 180) % 360) + 360) % 360) - 180;
}
