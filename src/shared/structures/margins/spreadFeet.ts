import type { Lattice } from '../contours/coverage.ts';

/**
 * Gives every pixel of a plane the nearest outline point that one of its neighbours knows, from those that start with one of their own:
 * two passes over the rows, each to and fro (after Danielsson, Comput. Graph. Image Process. 14 (1980) 227, with eight neighbours).
 * @param squared mm² to each pixel's point, infinite where it has none; improved in place
 * @param feetU in-plane coordinates of the points in mm from pixel 0, as feetV
 */
export function spreadFeet(
  squared: Float32Array,
  feetU: Float32Array,
  feetV: Float32Array,
  { width, height, du, dv }: Lattice,
): void {
  const take = (p: number, q: number, u: number, v: number): void => {
    const x = feetU[q] - u;
    const y = feetV[q] - v;
    const d = x * x + y * y;
    // A pixel without a point has an infinite distance: it has nothing to give.
    if (d >= squared[p] || squared[q] === Infinity) return;
    squared[p] = d;
    feetU[p] = feetU[q];
    feetV[p] = feetV[q];
  };
  const row = (y: number, beside: number): void => {
    const v = y * dv;
    const start = y * width;
    if (beside >= 0 && beside < height) {
      const other = beside * width;
      for (let x = 0; x < width; x++) {
        const u = x * du;
        if (x > 0) take(start + x, other + x - 1, u, v);
        take(start + x, other + x, u, v);
        if (x + 1 < width) take(start + x, other + x + 1, u, v);
      }
    }
    for (let x = 1; x < width; x++) take(start + x, start + x - 1, x * du, v);
    for (let x = width - 2; x >= 0; x--) take(start + x, start + x + 1, x * du, v);
  };
  for (let y = 0; y < height; y++) row(y, y - 1);
  for (let y = height - 1; y >= 0; y--) row(y, y + 1);
}
