/**
 * Largest distance (mm) of a vertex from the polygon's plane, whose normal is Newell's (the vector area) and which passes through the
 * centre of the vertices. 0 for polygons without area.
 */
export function contourPlaneDeviation(points: Float64Array): number {
  let [nx, ny, nz, cx, cy, cz] = [0, 0, 0, 0, 0, 0];
  const count = points.length / 3;
  for (let i = 0, j = points.length - 3; i < points.length; j = i, i += 3) {
    nx += (points[j + 1] - points[i + 1]) * (points[j + 2] + points[i + 2]);
    ny += (points[j + 2] - points[i + 2]) * (points[j] + points[i]);
    nz += (points[j] - points[i]) * (points[j + 1] + points[i + 1]);
    cx += points[i] / count;
    cy += points[i + 1] / count;
    cz += points[i + 2] / count;
  }
  const norm = Math.hypot(nx, ny, nz);
  if (norm < 1e-9) return 0;
  let worst = 0;
  for (let i = 0; i < points.length; i += 3)
    worst = Math.max(
      worst,
      Math.abs((points[i] - cx) * nx + (points[i + 1] - cy) * ny + (points[i + 2] - cz) * nz) / norm,
    );
  return worst;
}
