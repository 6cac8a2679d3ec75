import { isolines } from '#shared/evaluation/isolines.ts';
import { resamplePlane, type SlicePlane, slicePoint } from '#shared/evaluation/slice.ts';
import { add, dot, scale, type Vec3 } from '#shared/geometry/vec.ts';
import { type Grid, indexToPatient } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { PlaneView } from '../../plane/planeView.ts';

/** One isodose line on a plane, LPS mm. */
export interface IsodoseLine {
  readonly points: Float64Array;
  readonly closed: boolean;
}

interface Sampled {
  readonly plane: SlicePlane;
  readonly values: Float32Array;
  readonly lines: Map<number, readonly IsodoseLine[]>;
}

const CACHED_PLANES = 48;
const cache = new WeakMap<DoseVolume, Map<string, Sampled>>();

/** Lines of `level` Gy where a view cuts the dose grid; kept for the last planes seen. */
export function isodoseLines(dose: DoseVolume, view: PlaneView, level: number): readonly IsodoseLine[] {
  const sampled = sampledPlane(dose, view);
  if (sampled === undefined) return [];
  const known = sampled.lines.get(level);
  if (known !== undefined) return known;
  const { plane, values } = sampled;
  const lines = isolines(values, plane.width, plane.height, level).map(({ points, closed }) => {
    const placed = new Float64Array((points.length / 2) * 3);
    for (let i = 0; i < points.length / 2; i++) placed.set(slicePoint(plane, points[2 * i], points[2 * i + 1]), 3 * i);
    return { points: placed, closed };
  });
  sampled.lines.set(level, lines);
  return lines;
}

function sampledPlane(dose: DoseVolume, view: PlaneView): Sampled | undefined {
  const { right, down, normal, point } = view;
  const key = `${dot(point, normal)},${right.join()},${down.join()}`;
  const planes = cache.get(dose) ?? new Map<string, Sampled>();
  cache.set(dose, planes);
  const known = planes.get(key);
  if (known !== undefined) return known;
  const plane = planeOver(dose, view);
  if (plane === undefined) return undefined;
  const sampled = { plane, values: resamplePlane(dose, plane), lines: new Map() };
  if (planes.size >= CACHED_PLANES) planes.delete(planes.keys().next().value ?? '');
  planes.set(key, sampled);
  return sampled;
}

/**
 * The rectangle of the view's plane that holds the dose grid's section, sampled from the first voxel centre in steps of half the
 * finest spacing: on a plane along the grid every voxel centre is a sample. Undefined where the plane misses the grid.
 */
function planeOver(dose: Grid, { right, down, normal, point }: PlaneView): SlicePlane | undefined {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) =>
    indexToPatient(dose, [0, 1, 2].map((axis) => (corner & (1 << axis) ? dose.dims[axis] - 1 : 0)) as unknown as Vec3),
  );
  const range = (direction: Vec3): [number, number] => {
    const along = corners.map((corner) => dot(corner, direction));
    return [Math.min(...along), Math.max(...along)];
  };
  const [a0, a1] = range(right);
  const [b0, b1] = range(down);
  const [c0, c1] = range(normal);
  const at = dot(point, normal);
  const half = Math.max(...dose.spacing) / 2;
  if (at < c0 - half || at > c1 + half) return undefined;
  const spacing = Math.min(...dose.spacing) / 2;
  return {
    origin: add(scale(right, a0), add(scale(down, b0), scale(normal, at))),
    right,
    down,
    width: Math.floor((a1 - a0) / spacing + 1e-6) + 1,
    height: Math.floor((b1 - b0) / spacing + 1e-6) + 1,
    spacing,
  };
}
