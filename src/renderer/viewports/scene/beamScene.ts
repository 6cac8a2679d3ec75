import { invertRigid, type Mat4, transformPoint } from '#shared/geometry/affine.ts';
import { bldFromPatient } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';
import { combineRings, mergeRings, type Ring } from '#shared/structures/contours/rings.ts';
import { beamLines, jawsOf } from '../painters/beamGeometry.ts';
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

const rectangle = (x0: number, y0: number, x1: number, y1: number): Ring =>
  Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1);

/** Between the leaves of one device at a control point, mm at the isocenter plane; undefined for a device that is no MLC. */
function betweenLeaves(device: Beam['devices'][number], { positions }: ControlPoint): Ring[] | undefined {
  const { type, pairs, leafBoundaries } = device;
  const ends = positions[type];
  if (!type.startsWith('MLC') || ends === undefined || leafBoundaries === undefined) return undefined;
  const strips: Ring[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const [low, high] = [leafBoundaries[pair], leafBoundaries[pair + 1]];
    const [negative, positive] = [ends[pair], ends[pairs + pair]];
    if (positive - negative < 0.01) continue;
    strips.push(type === 'MLCY' ? rectangle(low, negative, high, positive) : rectangle(negative, low, positive, high));
  }
  return mergeRings(strips);
}

/** The opening of a beam at a control point: x, y in mm of its beam-limiting-device system at the isocenter plane. */
export function openingOf(beam: Beam, control: ControlPoint): Ring[] {
  const jaws = jawsOf(control);
  const parts = beam.devices.flatMap((device) => {
    const between = betweenLeaves(device, control);
    return between === undefined ? [] : [between];
  });
  if (jaws !== undefined) parts.unshift([rectangle(jaws[0], jaws[2], jaws[1], jaws[3])]);
  const blocks = (beam.blocks ?? []).filter(({ outline }) => outline.length >= 6);
  for (const { type, outline } of blocks) if (type === 'APERTURE') parts.push([Float64Array.from(outline)]);
  const open = parts.reduce<Ring[] | undefined>(
    (all, part) => (all === undefined ? part : combineRings('intersect', all, part)),
    undefined,
  );
  const shielded = blocks.filter(({ type }) => type === 'SHIELDING').map(({ outline }) => Float64Array.from(outline));
  if (open === undefined || shielded.length === 0) return open ?? [];
  return combineRings('subtract', open, mergeRings(shielded));
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
