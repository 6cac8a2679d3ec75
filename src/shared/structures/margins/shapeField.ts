import type { Grid } from '../../geometry/volume.ts';
import { dot } from '../../geometry/vec.ts';
import type { Lattice } from '../contours/coverage.ts';
import { planarDistance } from './planarDistance.ts';
import { normaliseRings } from '../contours/rings.ts';
import type { ContourStack } from '../contours/stack.ts';

/**
 * A field on `grid` (axes along the stack's u, v and normal) whose zero level is the ROI's surface, negative inside: between two
 * contour planes their signed distances interpolated linearly (shape-based interpolation, Raya and Udupa, IEEE Trans. Med.
 * Imaging 9 (1990) 32); beyond the last plane of a run the contour up to half a spacing, sloping on as from the plane before it.
 */
export function shapeField(stack: ContourStack, grid: Grid): Float32Array {
  const [nx, ny, nz] = grid.dims;
  const lattice: Lattice = {
    width: nx,
    height: ny,
    u0: dot(grid.origin, stack.u),
    v0: dot(grid.origin, stack.v),
    du: grid.spacing[0],
    dv: grid.spacing[1],
  };
  const size = nx * ny;
  const far = (nx + ny) * Math.max(grid.spacing[0], grid.spacing[1]);
  const field = new Float32Array(size * nz).fill(far);
  const w0 = dot(grid.origin, stack.normal);
  const distances = new Map<number, Float32Array>();
  const distanceOf = (plane: number): Float32Array => {
    let known = distances.get(plane);
    if (!known) {
      known = planarDistance(normaliseRings(stack.planes[plane].rings), lattice);
      distances.delete(plane - 3);
      distances.set(plane, known);
    }
    return known;
  };
  /** `inward`: whether the run goes on with the next plane (1) or with the one before (−1). */
  const endAt = (plane: number, inward: 1 | -1): End => {
    const [last, next] = [stack.planes[plane], stack.planes[plane + inward]];
    const joined = next !== undefined && Math.max(last.low - next.high, next.low - last.high) < 1e-6;
    return {
      distance: distanceOf(plane),
      ...(joined ? { before: distanceOf(plane + inward) } : {}),
      gap: joined ? Math.abs(next.offset - last.offset) : 1,
      reach: inward === 1 ? last.offset - last.low : last.high - last.offset,
    };
  };
  let below = 0;
  for (let k = 0; k < nz; k++) {
    const w = w0 + k * grid.spacing[2];
    while (below + 1 < stack.planes.length && stack.planes[below + 1].offset <= w) below++;
    const layer = field.subarray(k * size, (k + 1) * size);
    const lower = stack.planes[below];
    const upper = stack.planes[below + 1];
    if (w < lower.offset) cap(layer, endAt(below, 1), lower.offset - w);
    else if (upper && upper.low - lower.high < 1e-6) {
      const f = (w - lower.offset) / (upper.offset - lower.offset);
      const [a, b] = [distanceOf(below), distanceOf(below + 1)];
      for (let p = 0; p < size; p++) layer[p] = (1 - f) * a[p] + f * b[p];
    } else {
      cap(layer, endAt(below, -1), w - lower.offset);
      if (upper) cap(layer, endAt(below + 1, 1), upper.offset - w);
    }
  }
  return field;
}

/** How a run of planes ends. */
interface End {
  /** On the last plane, and on the one before it where there is one; `gap` mm apart. */
  readonly distance: Float32Array;
  readonly before?: Float32Array;
  readonly gap: number;
  /** From the last plane to the end of its slab, mm. */
  readonly reach: number;
}

/** Steepest taper and flare, mm of outline per mm of height: past that another contour is a step, not a slope. */
const [TAPER, FLARE] = [2, -1];

/**
 * Intersection of the contour's prism, sloping on as from the plane before, with the half space up to `reach` beyond the plane; keeps the
 * lesser value. The rim is rounded with as much of `reach` as the sides lean inward by: the pole of a ball is round, a cylinder's end sharp.
 */
function cap(layer: Float32Array, { distance, before, gap, reach }: End, beyond: number): void {
  const along = Math.max(0, Math.min(beyond, reach));
  for (let p = 0; p < layer.length; p++) {
    const slope = before ? Math.max(FLARE, Math.min(TAPER, (distance[p] - before[p]) / gap)) : 1;
    const round = reach * Math.max(0, Math.min(1, slope));
    const x = distance[p] + (before ? slope * along : 0) + round;
    const y = beyond - reach + round;
    const value = Math.min(Math.max(x, y), 0) + Math.hypot(Math.max(x, 0), Math.max(y, 0)) - round;
    if (value < layer[p]) layer[p] = value;
  }
}
