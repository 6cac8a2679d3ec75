import { add, cross, normalize, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';

const SIDES = 8;

/** Straight tubes of `radius` mm along segments, as one mesh with open ends: lines that surfaces hide and that keep a width. */
export function tubeMesh(segments: readonly (readonly [Vec3, Vec3])[], radius: number): SurfaceMesh {
  const vertices: number[] = [];
  const normals: number[] = [];
  const triangles: number[] = [];
  for (const [from, to] of segments) {
    const along = normalize(subtract(to, from));
    const u = normalize(cross(along, Math.abs(along[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0]));
    const v = cross(along, u);
    const first = vertices.length / 3;
    for (let side = 0; side < SIDES; side++) {
      const angle = (2 * Math.PI * side) / SIDES;
      const out = add(scale(u, Math.cos(angle)), scale(v, Math.sin(angle)));
      vertices.push(...add(from, scale(out, radius)), ...add(to, scale(out, radius)));
      normals.push(...out, ...out);
      const [a, b] = [first + 2 * side, first + 2 * ((side + 1) % SIDES)];
      triangles.push(a, b, b + 1, a, b + 1, a + 1);
    }
  }
  return {
    vertices: Float32Array.from(vertices),
    normals: Float32Array.from(normals),
    triangles: Uint32Array.from(triangles),
  };
}

/** The sides of a closed polygon as segments. */
export const closedSegments = (corners: readonly Vec3[]): (readonly [Vec3, Vec3])[] =>
  corners.map((corner, i) => [corner, corners[(i + 1) % corners.length]] as const);
