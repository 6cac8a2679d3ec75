import { describe, expect, it } from 'vitest';
import { rigidFromParameters } from '#shared/geometry/affine.ts';
import { moveGrid, patientToIndex } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { contoursFromMask } from '#shared/structures/contours/contoursFromMask.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { circle, cube, sphere, total } from '../shapes.ts';

describe('contoursFromMask', () => {
  it('gives a circle back within 0.1 of a voxel, hole included, on the plane it came from', () => {
    const grid = cube(64, 3, 1, 3);
    const contours = contoursFromMask(rasterizeRoi([circle(1.3, -0.4, 20, 0), circle(0, 0, 8, 0)], grid), grid);
    // One contour plane fills one voxel layer.
    expect(contours.map((contour) => contour.points[2])).toEqual([0, 0]);
    const radii = contours.map(({ points }) => {
      const inner = Math.hypot(points[0], points[1]) < 12;
      const [x, y, r] = inner ? [0, 0, 8] : [1.3, -0.4, 20];
      let worst = 0;
      for (let i = 0; i < points.length; i += 3)
        worst = Math.max(worst, Math.abs(Math.hypot(points[i] - x, points[i + 1] - y) - r));
      return [r, worst];
    });
    expect(radii.map(([r]) => r).sort((a, b) => a - b)).toEqual([8, 20]);
    for (const [, worst] of radii) expect(worst).toBeLessThan(0.1);
  });

  it('mask → contours → mask keeps the volume within 1 %', () => {
    const grid = cube(50, 20, 1, 2);
    const mask = rasterizeRoi(sphere(0.3, 0.7, 0, 15, 2), grid);
    const again = rasterizeRoi(contoursFromMask(mask, grid), grid);
    expect(Math.abs(total(again, grid) / total(mask, grid) - 1)).toBeLessThan(0.01);
  });

  it('closes outlines at the border of the grid, half a voxel beyond the last centre', () => {
    const grid = cube(4, 1, 2, 2);
    const [contour, ...rest] = contoursFromMask(new Float32Array(16).fill(1), grid);
    expect(rest).toEqual([]);
    expect(Math.max(...contour.points)).toBe(4);
    expect(Math.min(...contour.points)).toBe(-4);
  });

  it('an oblique grid’s contours lie on its k planes', () => {
    const grid = moveGrid(cube(40, 5, 1, 3), rigidFromParameters([20, 30, 40], [5, 6, 7]));
    const centre = grid.dims.map((n) => (n - 1) / 2) as unknown as Vec3;
    const mask = Float32Array.from({ length: 8000 }, (_, p) => {
      const [i, j] = [p % 40, Math.floor(p / 40) % 40];
      return Math.hypot(i - centre[0], j - centre[1]) < 10 ? 1 : 0;
    });
    const contours = contoursFromMask(mask, grid);
    expect(contours).toHaveLength(5);
    contours.forEach(({ points }, k) => {
      for (let n = 0; n < points.length; n += 3)
        expect(patientToIndex(grid, [points[n], points[n + 1], points[n + 2]])[2]).toBeCloseTo(k, 9);
    });
  });
});
