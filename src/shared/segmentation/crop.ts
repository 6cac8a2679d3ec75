import { dot, type Vec3 } from '../geometry/vec.ts';
import { axisOf, type Grid, patientToIndex } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import { combineRings, normaliseRings, type Ring, signedArea } from '../structures/contours/rings.ts';
import { isClosed } from '../structures/contours/stack.ts';
import { stackOf, withPlanes } from './parts.ts';

/** The side of a patient's plane that stays. */
export interface HalfSpace {
  /** LPS axis: 0 left–right, 1 anterior–posterior, 2 inferior–superior. */
  readonly axis: 0 | 1 | 2;
  readonly keep: 'below' | 'above';
  /** LPS mm. */
  readonly at: number;
}

/** Far beyond any patient, mm. */
const FAR = 1e4;

/** The contours on the image's slices `first` to `last` (both stay). */
export const cropSlices = (contours: readonly Contour[], grid: Grid, first: number, last: number): Contour[] =>
  contours.filter(({ points }) => {
    const k = patientToIndex(grid, [points[0], points[1], points[2]])[2];
    return k > first - 0.5 && k < last + 0.5;
  });

/**
 * What of a structure lies on one side of a plane; slices wholly on that side keep their contours. Points and open lines stay.
 * @throws IsocenterError GEOMETRY as stackContours
 */
export function cropHalfSpace(contours: readonly Contour[], grid: Grid, { axis, keep, at }: HalfSpace): Contour[] {
  const stack = stackOf(contours, grid);
  const unit = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const)[axis]; // biome-ignore format: a table
  const [a, b, c] = [dot(stack.u, unit), dot(stack.v, unit), dot(stack.normal, unit)];
  const steep = Math.hypot(a, b);
  const changed = new Map<number, Ring[]>();
  stack.planes.forEach(({ offset, rings }, n) => {
    const rest = at - c * offset;
    const sign = keep === 'below' ? 1 : -1;
    const stays = (u: number, v: number): boolean => sign * (a * u + b * v) <= sign * rest + 1e-9;
    let [all, any] = [true, false];
    for (const ring of rings)
      for (let i = 0; i < ring.length; i += 2)
        if (stays(ring[i], ring[i + 1])) any = true;
        else all = false;
    if (all) return;
    changed.set(n, any && steep > 1e-9 ? clip(rings, [a / steep, b / steep], rest / steep, sign) : []);
  });
  return withPlanes(contours, stack, changed);
}

/** Rings cut by the line n·(u, v) = rest; the side of smaller (sign 1) or larger values stays. */
function clip(rings: readonly Ring[], [nu, nv]: readonly [number, number], rest: number, sign: number): Ring[] {
  const corner = (along: number, across: number): [number, number] => [
    nu * (rest + across) - nv * along,
    nv * (rest + across) + nu * along,
  ];
  const away = -sign * FAR;
  const quad = Float64Array.from([corner(-FAR, 0), corner(FAR, 0), corner(FAR, away), corner(-FAR, away)].flat());
  const cut = combineRings('intersect', normaliseRings(rings), [quad]);
  return cut.filter((ring) => Math.abs(signedArea(ring)) > 0.01);
}

/** The image's slices a structure's closed contours lie on, first and last; undefined without any. */
export function slicesOf(contours: readonly Contour[], grid: Grid): [number, number] | undefined {
  const normal = axisOf(grid, 2);
  const start = dot(grid.origin, normal);
  const at = (point: Vec3): number => Math.round((dot(point, normal) - start) / grid.spacing[2]);
  const ks = contours.filter(isClosed).map(({ points }) => at([points[0], points[1], points[2]]));
  return ks.length === 0 ? undefined : [Math.min(...ks), Math.max(...ks)];
}
