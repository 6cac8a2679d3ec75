import { openingOf } from '#shared/beamsEye/opening.ts';
import { invertRigid, type Mat4, transformPoint } from '#shared/geometry/affine.ts';
import { bldFromPatient } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { beamLines } from '../painters/beams/beamGeometry.ts';
import { closedSegments } from './tubes.ts';

/** Lines of a beam in patient space. */
export interface BeamScene {
  readonly source: Vec3;
  readonly isocenter: Vec3;
  /** From the source to where the field's drawing ends, through the isocenter. */
  readonly axis: readonly [Vec3, Vec3];
  /** The pyramid that the jaws leave open: its four edges from the source, and its end. */
  readonly field: readonly (readonly [Vec3, Vec3])[];
  /** The opening that jaws, leaves and blocks leave, in the plane through the isocenter across the axis. */
  readonly opening: readonly (readonly [Vec3, Vec3])[];
}

/** A beam as lines at its first control point. `iecFromLps` as geometry/iec iecFromPatient gives it. */
export function beamScene(beam: Beam, iecFromLps: Mat4): BeamScene {
  const [control] = beam.controlPoints;
  const { source, isocenter, axis, corners } = beamLines(beam, control, iecFromLps);
  const toPatient = invertRigid(bldFromPatient(control, isocenter, iecFromLps));
  const ends = corners.slice(4);
  const opening = openingOf(beam, control).flatMap((ring) => {
    const points: Vec3[] = [];
    for (let i = 0; i + 1 < ring.length; i += 2) points.push(transformPoint(toPatient, [ring[i], ring[i + 1], 0]));
    return closedSegments(points);
  });
  return {
    source,
    isocenter,
    axis: [source, axis[1]],
    field: [...ends.map((end) => [source, end] as const), ...closedSegments(ends)],
    opening,
  };
}
