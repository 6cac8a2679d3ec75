import type { Grid } from '../geometry/volume.ts';
import { dot } from '../geometry/vec.ts';
import type { Lattice } from './coverage.ts';
import { planarDistance } from './planarDistance.ts';
import { normaliseRings } from './rings.ts';
import type { ContourStack } from './stack.ts';

/**
 * A field on `grid` (axes along the stack's u, v and normal) whose zero level is the ROI's surface, negative inside: between two
 * contour planes their signed distances interpolated linearly (shape-based interpolation, Raya and Udupa, IEEE Trans. Med.
 * Imaging 9 (1990) 32); beyond the last plane of a run the contour itself up to half a spacing, its rim rounded with that radius.
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
      distances.delete(plane - 2);
      distances.set(plane, known);
    }
    return known;
  };
  let below = 0;
  for (let k = 0; k < nz; k++) {
    const w = w0 + k * grid.spacing[2];
    while (below + 1 < stack.planes.length && stack.planes[below + 1].offset <= w) below++;
    const layer = field.subarray(k * size, (k + 1) * size);
    const lower = stack.planes[below];
    const upper = stack.planes[below + 1];
    if (w < lower.offset) cap(layer, distanceOf(below), lower.offset - w, lower.offset - lower.low);
    else if (upper && upper.low - lower.high < 1e-6) {
      const f = (w - lower.offset) / (upper.offset - lower.offset);
      const [a, b] = [distanceOf(below), distanceOf(below + 1)];
      for (let p = 0; p < size; p++) layer[p] = (1 - f) * a[p] + f * b[p];
    } else {
      cap(layer, distanceOf(below), w - lower.offset, lower.high - lower.offset);
      if (upper) cap(layer, distanceOf(below + 1), upper.offset - w, upper.offset - upper.low);
    }
  }
  return field;
}

/** Intersection of the contour's prism with the half space up to `reach` beyond the plane, rim rounded; keeps the lesser value. */
function cap(layer: Float32Array, distance: Float32Array, beyond: number, reach: number): void {
  const b = beyond - reach;
  for (let p = 0; p < layer.length; p++) {
    const [x, y] = [distance[p] + reach, b + reach];
    const value = Math.min(Math.max(x, y), 0) + Math.hypot(Math.max(x, 0), Math.max(y, 0)) - reach;
    if (value < layer[p]) layer[p] = value;
  }
}
