import { describe, expect, it } from 'vitest';
import { rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { indexToPatient, moveGrid } from '#shared/geometry/volume.ts';
import type { Contour } from '#shared/model/structures.ts';
import { centreMask } from '#shared/structures/contours/centreMask.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { circle, cube, rectangle, sphere } from '../shapes.ts';

const sum = (mask: Uint8Array): number => mask.reduce((a, b) => a + b, 0);

describe('voxels whose centres are inside', () => {
  const grid = cube(41, 21, 1, 2);

  it('are those of a circle with a hole, on the slices of its slabs', () => {
    const mask = centreMask(
      [0, 2].flatMap((z) => [circle(0.1, 0.2, 12.3, z, 720), circle(0.1, 0.2, 5.2, z, 720)]),
      grid,
    );
    for (let p = 0; p < mask.length; p++) {
      const [x, y, z] = indexToPatient(grid, [p % 41, Math.floor(p / 41) % 41, Math.floor(p / 41 / 41)]);
      const r = Math.hypot(x - 0.1, y - 0.2);
      // Away from the polygon's sagitta of 0.0001 mm.
      if (Math.abs(r - 12.3) < 1e-3 || Math.abs(r - 5.2) < 1e-3) continue;
      expect(mask[p]).toBe(r < 12.3 && r > 5.2 && (z === 0 || z === 2) ? 1 : 0);
    }
  });

  it('are all that are wholly inside and none that are outside, whichever way the planes lie in the grid', () => {
    const body = sphere(0, 0, 0, 14, 2);
    for (const turn of [
      [0, 0, 0],
      [0, 90, 0],
      [90, 0, 0],
      [25, -40, 15],
    ] as const) {
      const turned = moveGrid(grid, rigidFromParameters([...turn], [0.3, 0.1, -0.2]));
      const [centres, shares] = [centreMask(body, turned), rasterizeRoi(body, turned)];
      expect(sum(centres)).toBeGreaterThan(5000);
      shares.forEach((share, p) => {
        if (share > 0.999) expect(centres[p]).toBe(1);
        if (share === 0) expect(centres[p]).toBe(0);
      });
    }
  });

  it('share an edge through their centres: those on one side of it, once', () => {
    const halves = [rectangle(-5, -5, 0, 5, 0), rectangle(0, -5, 5, 5, 0)].map(
      (half): Uint8Array => centreMask([half], cube(15, 1, 1, 2)),
    );
    expect(halves[0].some((inside, p) => inside + halves[1][p] > 1)).toBe(false);
    expect(sum(halves[0]) + sum(halves[1])).toBe(sum(centreMask([rectangle(-5, -5, 5, 5, 0)], cube(15, 1, 1, 2))));
  });

  it('are none of nothing', () => {
    expect(sum(centreMask([], grid))).toBe(0);
    const turn = rigidFromParameters([10, 0, 0], [0, 0, 0]);
    const line: Contour = { type: 'OPEN_PLANAR', points: Float64Array.from(transformPoint(turn, [1, 2, 3])) };
    expect(sum(centreMask([line], grid))).toBe(0);
  });
});
