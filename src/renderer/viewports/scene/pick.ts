import type { Vec3 } from '#shared/geometry/vec.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';

/**
 * Where a ray first meets a mesh, as the distance along it in mm (may be negative: the ray is a line), or undefined. Every triangle is
 * tried (Möller and Trumbore, J. Graphics Tools 2 (1997) 21): some ms per 100 000, once a click.
 * @param direction unit vector
 */
export function firstHit({ vertices: v, triangles }: SurfaceMesh, origin: Vec3, direction: Vec3): number | undefined {
  const [ox, oy, oz] = origin;
  const [dx, dy, dz] = direction;
  let nearest = Infinity;
  for (let n = 0; n < triangles.length; n += 3) {
    const [a, b, c] = [3 * triangles[n], 3 * triangles[n + 1], 3 * triangles[n + 2]];
    const [e1x, e1y, e1z] = [v[b] - v[a], v[b + 1] - v[a + 1], v[b + 2] - v[a + 2]];
    const [e2x, e2y, e2z] = [v[c] - v[a], v[c + 1] - v[a + 1], v[c + 2] - v[a + 2]];
    const [px, py, pz] = [dy * e2z - dz * e2y, dz * e2x - dx * e2z, dx * e2y - dy * e2x];
    const determinant = e1x * px + e1y * py + e1z * pz;
    if (determinant === 0) continue;
    const [tx, ty, tz] = [ox - v[a], oy - v[a + 1], oz - v[a + 2]];
    const first = (tx * px + ty * py + tz * pz) / determinant;
    if (first < 0 || first > 1) continue;
    const [qx, qy, qz] = [ty * e1z - tz * e1y, tz * e1x - tx * e1z, tx * e1y - ty * e1x];
    const second = (dx * qx + dy * qy + dz * qz) / determinant;
    if (second < 0 || first + second > 1) continue;
    const distance = (e2x * qx + e2y * qy + e2z * qz) / determinant;
    if (distance < nearest) nearest = distance;
  }
  return nearest === Infinity ? undefined : nearest;
}
