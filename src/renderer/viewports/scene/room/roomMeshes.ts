import { anglesOf, headOf } from '#shared/clearance/clearance.ts';
import type { ClearanceModel } from '#shared/clearance/model.ts';
import type { Box } from '#shared/clearance/solids.ts';
import { invertRigid, type Mat4, transformPoint, transformVector } from '#shared/geometry/affine.ts';
import { type BeamAngles, bldFromPatient } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';
import { closedSegments } from '../tubes.ts';

const SIDES = 48;

/** Corners, normals and triangles as they are made. */
class MeshBuilder {
  private readonly vertices: number[] = [];
  private readonly normals: number[] = [];
  private readonly triangles: number[] = [];

  /** A flat convex polygon, counter-clockwise as seen from outside. */
  polygon(corners: readonly Vec3[], normal: Vec3): void {
    const first = this.vertices.length / 3;
    for (const corner of corners) this.vertex(corner, normal);
    for (let n = 1; n + 1 < corners.length; n++) this.triangles.push(first, first + n, first + n + 1);
  }

  vertex(point: Vec3, normal: Vec3): number {
    this.vertices.push(...point);
    this.normals.push(...normal);
    return this.vertices.length / 3 - 1;
  }

  triangle(a: number, b: number, c: number): void {
    this.triangles.push(a, b, c);
  }

  mesh(): SurfaceMesh {
    return {
      vertices: Float32Array.from(this.vertices),
      normals: Float32Array.from(this.normals),
      triangles: Uint32Array.from(this.triangles),
    };
  }
}

const onCircle = (radius: number, n: number, z: number): Vec3 => {
  const angle = (2 * Math.PI * n) / SIDES;
  return [radius * Math.cos(angle), radius * Math.sin(angle), z];
};

/** The head of a linac at some angles: a cylinder from its face to behind the source, LPS mm. */
export function headMesh(
  angles: BeamAngles,
  isocenter: Vec3,
  sad: number,
  model: ClearanceModel,
  iecFromLps: Mat4,
): SurfaceMesh {
  const { radius, low, high } = headOf(model, sad);
  const toPatient = invertRigid(bldFromPatient(angles, isocenter, iecFromLps));
  const place = (point: Vec3): Vec3 => transformPoint(toPatient, point);
  const turn = (vector: Vec3): Vec3 => transformVector(toPatient, vector);
  const builder = new MeshBuilder();
  const ring = (z: number): Vec3[] => Array.from({ length: SIDES }, (_, n) => place(onCircle(radius, n, z)));
  builder.polygon(ring(low).toReversed(), turn([0, 0, -1]));
  builder.polygon(ring(high), turn([0, 0, 1]));
  const first = Array.from({ length: SIDES }, (_, n) => {
    const out = turn(onCircle(1, n, 0));
    const below = builder.vertex(place(onCircle(radius, n, low)), out);
    builder.vertex(place(onCircle(radius, n, high)), out);
    return below;
  });
  for (const [n, a] of first.entries()) {
    const b = first[(n + 1) % SIDES];
    builder.triangle(a, b, b + 1);
    builder.triangle(a, b + 1, a + 1);
  }
  return builder.mesh();
}

const FACES = [
  [
    [0, 2, 6, 4],
    [0, 0, -1],
  ],
  [
    [1, 5, 7, 3],
    [0, 0, 1],
  ],
  [
    [0, 4, 5, 1],
    [0, -1, 0],
  ],
  [
    [2, 3, 7, 6],
    [0, 1, 0],
  ],
  [
    [0, 1, 3, 2],
    [-1, 0, 0],
  ],
  [
    [4, 6, 7, 5],
    [1, 0, 0],
  ],
] as const;

/** A box in IEC axes at couch 0, LPS mm: on the screen the patient lies still and the room turns about him. */
export function boxMesh({ low, high }: Box, iecFromLps: Mat4): SurfaceMesh {
  const toPatient = invertRigid(iecFromLps);
  const corner = (n: number): Vec3 =>
    transformPoint(toPatient, [
      (n & 4) === 0 ? low[0] : high[0],
      (n & 2) === 0 ? low[1] : high[1],
      (n & 1) === 0 ? low[2] : high[2],
    ]);
  const builder = new MeshBuilder();
  for (const [corners, normal] of FACES)
    builder.polygon(corners.map(corner), transformVector(toPatient, [...normal] as Vec3));
  return builder.mesh();
}

/** The light field's cone from the source to beyond the isocenter: triangles between the source and the opening's outline. */
export function coneMesh(source: Vec3, outline: readonly (readonly [Vec3, Vec3])[], beyond: number): SurfaceMesh {
  const builder = new MeshBuilder();
  const far = (point: Vec3): Vec3 =>
    [0, 1, 2].map((axis) => source[axis] + (point[axis] - source[axis]) * beyond) as unknown as Vec3;
  for (const [a, b] of outline) {
    const [p, q] = [far(a), far(b)];
    const [u, v] = [
      [p[0] - source[0], p[1] - source[1], p[2] - source[2]],
      [q[0] - source[0], q[1] - source[1], q[2] - source[2]],
    ];
    const normal: Vec3 = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    const size = Math.hypot(...normal);
    if (size < 1e-9) continue;
    builder.polygon([source, p, q], [normal[0] / size, normal[1] / size, normal[2] / size]);
  }
  return builder.mesh();
}

/** Rims of the head's face where a beam stands, for an arc every 20° and at both ends: lines in LPS mm. */
export function sweepLines(beam: Beam, model: ClearanceModel, iecFromLps: Mat4): (readonly [Vec3, Vec3])[] {
  const angles = anglesOf(beam);
  const every = Math.max(1, Math.round(20 / 2));
  const { radius, low } = headOf(model, beam.sourceAxisDistance);
  const { isocenter } = beam.controlPoints[0];
  return angles
    .filter((_, n) => n % every === 0 || n === angles.length - 1)
    .flatMap((at) => {
      const toPatient = invertRigid(bldFromPatient(at, isocenter, iecFromLps));
      return closedSegments(
        Array.from({ length: SIDES }, (_, n) => transformPoint(toPatient, onCircle(radius, n, low))),
      );
    });
}
