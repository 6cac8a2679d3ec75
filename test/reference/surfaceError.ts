import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';
import type { Solid } from '#test/builders/solids.ts';

/** Distances of single points, mm. */
export interface PointErrors {
  readonly mean: number;
  readonly p95: number;
  readonly max: number;
}

function summary(distances: number[]): PointErrors {
  const sorted = Float64Array.from(distances).sort();
  return {
    mean: distances.reduce((sum, value) => sum + value, 0) / distances.length,
    p95: sorted[Math.floor(0.95 * (sorted.length - 1))],
    max: sorted[sorted.length - 1],
  };
}

/** Points every `step` mm along closed contours. */
function* along(contours: readonly Contour[], step: number): Generator<Vec3> {
  for (const { points: p } of contours)
    for (let i = 0, j = p.length - 3; i < p.length; j = i, i += 3) {
      const count = Math.max(1, Math.ceil(Math.hypot(p[i] - p[j], p[i + 1] - p[j + 1]) / step));
      for (let s = 0; s < count; s++) {
        const f = s / count;
        yield [p[j] + f * (p[i] - p[j]), p[j + 1] + f * (p[i + 1] - p[j + 1]), p[i + 2]];
      }
    }
}

/** How far contours lie from the surface `mm` outside a solid's (inside, when negative): exact, by the solid's distance. */
export const errorFromSurface = (contours: readonly Contour[], solid: Solid, mm: number): PointErrors =>
  summary([...along(contours, 0.5)].map((point) => Math.abs(solid.distance(point) - mm)));

/** Edges of contours by plane and square of the lattice `CELL` wide. */
const CELL = 2;
type Edges = Map<string, number[]>;

/** How far points of `contours` are, in space, from the lines of `others`: an upper bound of the distance from their surface. */
export function errorFromContours(contours: readonly Contour[], others: readonly Contour[], reach = 2): PointErrors {
  const cells: Edges = new Map();
  for (const { points: p } of others)
    for (let i = 0, j = p.length - 3; i < p.length; j = i, i += 3) {
      const [x0, x1] = [Math.min(p[i], p[j]), Math.max(p[i], p[j])].map((v) => Math.floor(v / CELL));
      const [y0, y1] = [Math.min(p[i + 1], p[j + 1]), Math.max(p[i + 1], p[j + 1])].map((v) => Math.floor(v / CELL));
      const z = Math.floor(p[i + 2] / CELL);
      for (let x = x0; x <= x1; x++)
        for (let y = y0; y <= y1; y++) {
          const key = `${x},${y},${z}`;
          const list = cells.get(key) ?? [];
          list.push(p[j], p[j + 1], p[i], p[i + 1], p[i + 2]);
          cells.set(key, list);
        }
    }
  const near = Math.ceil(reach / CELL);
  const distance = ([x, y, z]: Vec3): number => {
    let best = Infinity;
    const [cx, cy, cz] = [x, y, z].map((v) => Math.floor(v / CELL));
    for (let dx = -near; dx <= near; dx++)
      for (let dy = -near; dy <= near; dy++)
        for (let dz = -near; dz <= near; dz++) {
          const e = cells.get(`${cx + dx},${cy + dy},${cz + dz}`) ?? [];
          for (let n = 0; n < e.length; n += 5) {
            const [ex, ey] = [e[n + 2] - e[n], e[n + 3] - e[n + 1]];
            const squared = ex * ex + ey * ey;
            const t = squared === 0 ? 0 : Math.max(0, Math.min(1, ((x - e[n]) * ex + (y - e[n + 1]) * ey) / squared));
            best = Math.min(best, Math.hypot(x - e[n] - t * ex, y - e[n + 1] - t * ey, z - e[n + 4]));
          }
        }
    return best;
  };
  return summary([...along(contours, 3)].map(distance));
}
