import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largeComponents } from '#shared/structures/contours/components.ts';
import { nearestSites } from '#shared/structures/margins/featureTransform.ts';
import { planarDistance } from '#shared/structures/margins/planarDistance.ts';
import { ringOf } from '#shared/structures/contours/stack.ts';
import { levelDistance } from '#shared/structures/margins/levelDistance.ts';
import { surfaceDistance } from '#shared/structures/margins/surfaceDistance.ts';
import { circle } from '../shapes.ts';

describe('nearestSites', () => {
  it('equals the brute-force nearest distance on anisotropic grids', () => {
    const dims = [6, 5, 4] as const;
    const spacing = [1, 1.7, 3.1] as const;
    const squared = (p: number, q: number): number => {
      const at = (n: number): number[] => [n % 6, Math.floor(n / 6) % 5, Math.floor(n / 30)];
      const [a, b] = [at(p), at(q)];
      return a.reduce((sum, value, axis) => sum + ((value - b[axis]) * spacing[axis]) ** 2, 0);
    };
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 119 }), { minLength: 1, maxLength: 12 }), (chosen) => {
        const sites = new Uint8Array(120);
        for (const p of chosen) sites[p] = 1;
        nearestSites(sites, dims, spacing).forEach((q, p) => {
          expect(squared(p, q)).toBeCloseTo(Math.min(...chosen.map((site) => squared(p, site))), 4);
        });
      }),
    );
  });

  it('without sites there is no nearest', () => {
    expect(new Set(nearestSites(new Uint8Array(24), [4, 3, 2], [1, 1, 1]))).toEqual(new Set([-1]));
  });
});

it('planarDistance is the signed distance to a circle within a fifth of a pixel', () => {
  const frame = { u: [1, 0, 0], v: [0, 1, 0], normal: [0, 0, 1] } as const;
  const lattice = { width: 90, height: 80, u0: -20, v0: -18, du: 0.5, dv: 0.5 };
  const distance = planarDistance([ringOf(circle(1.1, 2.3, 12, 0, 720), frame)], lattice);
  let worst = 0;
  distance.forEach((value, p) => {
    const [x, y] = [-20 + (p % 90) / 2, -18 + Math.floor(p / 90) / 2];
    worst = Math.max(worst, Math.abs(value - (Math.hypot(x - 1.1, y - 2.3) - 12)));
  });
  expect(worst).toBeLessThan(0.1);
});

it('surfaceDistance turns any field with the right zero level into millimetres', () => {
  const dims = [50, 50, 40] as const;
  const spacing = [1, 1, 1.25] as const;
  const radius = (p: number): number =>
    Math.hypot((p % 50) - 25.3, (Math.floor(p / 50) % 50) - 24.6, (Math.floor(p / 2500) - 20) * 1.25);
  // Distorted: neither a distance nor of unit slope.
  const field = Float32Array.from({ length: 100_000 }, (_, p) => (radius(p) ** 2 - 225) / 7);
  const worst = { near: 0, far: 0 };
  surfaceDistance(field, dims, spacing).forEach((value, p) => {
    const truth = radius(p) - 15;
    const zone = Math.abs(truth) < 3 ? 'near' : 'far';
    if (radius(p) > 6) worst[zone] = Math.max(worst[zone], Math.abs(value - truth));
    if (Math.abs(truth) > 0.01) expect(value > 0).toBe(truth > 0);
  });
  // Surface points are about a voxel apart: half a voxel sideways matters less the further away.
  expect(worst.near).toBeLessThan(0.4);
  expect(worst.far).toBeLessThan(0.3);
  expect(new Set(surfaceDistance(new Float32Array(8).fill(1), [2, 2, 2], [1, 1, 1]))).toEqual(new Set([Infinity]));
});

it.each([-5, -1, 0, 2, 7])('levelDistance is exact about %i mm, and on the right side elsewhere', (level) => {
  const dims = [50, 50, 40] as const;
  const spacing = [1, 1, 1.25] as const;
  const truth = (p: number): number =>
    Math.hypot((p % 50) - 25.3, (Math.floor(p / 50) % 50) - 24.6, (Math.floor(p / 2500) - 20) * 1.25) - 14;
  const field = Float32Array.from({ length: 100_000 }, (_, p) => ((truth(p) + 14) ** 2 - 196) / 7);
  let worst = 0;
  let wrongSide = 0;
  levelDistance(field, dims, spacing, level).forEach((value, p) => {
    const away = truth(p) - level;
    if (Math.abs(away) < 2) worst = Math.max(worst, Math.abs(value - truth(p)));
    else if (value > level !== away > 0) wrongSide++;
  });
  // As surfaceDistance.
  expect(worst).toBeLessThan(0.4);
  expect(wrongSide).toBe(0);
});

it('largeComponents keeps the large parts and drops what touches only by a corner', () => {
  // Two rows of a 6 × 4 plane: a block of 6, a block of 4, a single voxel diagonal to the first block.
  const plane = [1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
  const mask = Uint8Array.from(plane);
  const keep = (fraction: number): number =>
    largeComponents(mask, [6, 4, 1], fraction)?.reduce((a, b) => a + b, 0) ?? 0;
  expect([keep(0.1), keep(0.5), keep(0.7)]).toEqual([11, 10, 6]);
  expect(largeComponents(new Uint8Array(24), [6, 4, 1], 0.1)).toBeUndefined();
});
