import { jawsOf } from '#shared/beamsEye/opening.ts';
import { type BeamAngles, bldFromPatient, sourcePosition } from '#shared/geometry/iec.ts';
import { type Mat4, invertRigid, transformPoint } from '#shared/geometry/affine.ts';
import { add, dot, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';

export { jawsOf };

/** How far the drawn field reaches from the isocenter towards the source and beyond, mm. */
const REACH = 300;

export interface BeamLines {
  readonly source: Vec3;
  readonly isocenter: Vec3;
  /** The central axis from 300 mm before to 300 mm beyond the isocenter. */
  readonly axis: readonly [Vec3, Vec3];
  /** Corners of the jaw-limited field 300 mm before (0–3) and 300 mm beyond (4–7) the isocenter, in turn around the axis. */
  readonly corners: readonly Vec3[];
}

/** The divergent field of a control point in LPS mm. `iecFromLps` as geometry/iec iecFromPatient gives it. */
export function beamLines(beam: Beam, control: ControlPoint, iecFromLps: Mat4): BeamLines {
  const angles: BeamAngles = control;
  const sad = beam.sourceAxisDistance;
  const toPatient = invertRigid(bldFromPatient(angles, control.isocenter, iecFromLps));
  const at = (x: number, y: number, z: number): Vec3 => transformPoint(toPatient, [x, y, z]);
  const jaws = jawsOf(control);
  const ring = jaws === undefined ? [] : ([[0, 2], [1, 2], [1, 3], [0, 3]] as const).map(([i, j]) => [jaws[i], jaws[j]]); // biome-ignore format: one ring
  const level = (z: number): Vec3[] => ring.map(([x, y]) => at((x * (sad - z)) / sad, (y * (sad - z)) / sad, z));
  return {
    source: sourcePosition(angles, control.isocenter, sad, iecFromLps),
    isocenter: control.isocenter,
    axis: [at(0, 0, REACH), at(0, 0, -REACH)],
    corners: [...level(REACH), ...level(-REACH)],
  };
}

const EDGES = [
  [0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4], [0, 4], [1, 5], [2, 6], [3, 7],
] as const; // biome-ignore format: the twelve edges of a box

/** Where the plane through `point` with unit `normal` cuts the field's frustum: a convex polygon in LPS mm, empty when it misses. */
export function cutField(corners: readonly Vec3[], point: Vec3, normal: Vec3): Vec3[] {
  if (corners.length !== 8) return [];
  const height = corners.map((corner) => dot(subtract(corner, point), normal));
  const cut: Vec3[] = [];
  for (const [i, j] of EDGES) {
    if (height[i] >= 0 === height[j] >= 0) continue;
    const t = height[i] / (height[i] - height[j]);
    cut.push(add(corners[i], scale(subtract(corners[j], corners[i]), t)));
  }
  if (cut.length < 3) return [];
  const centre = scale(cut.reduce(add), 1 / cut.length);
  const first = subtract(cut[0], centre);
  const second: Vec3 = [
    normal[1] * first[2] - normal[2] * first[1],
    normal[2] * first[0] - normal[0] * first[2],
    normal[0] * first[1] - normal[1] * first[0],
  ];
  const angle = (vertex: Vec3): number => {
    const offset = subtract(vertex, centre);
    return Math.atan2(dot(offset, second), dot(offset, first));
  };
  return cut.sort((a, b) => angle(a) - angle(b));
}
