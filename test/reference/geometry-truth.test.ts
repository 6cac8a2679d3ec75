import { describe, expect, test } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { voxelVolume } from '#shared/geometry/volume.ts';
import type { Contour } from '#shared/model/structures.ts';
import { combineContours } from '#shared/structures/contours/boolean.ts';
import { contoursFromMask } from '#shared/structures/contours/contoursFromMask.ts';
import { expandContours } from '#shared/structures/margins/margin.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import type { BooleanOperation } from '#shared/structures/contours/rings.ts';
import { ball, cone, cylinder, drawn, latticeOf, shell, type Solid, torus } from '#test/builders/solids.ts';
import { errorFromContours, errorFromSurface } from './surfaceError.ts';

/**
 * Bodies with volumes, parallel surfaces and intersections in closed form, drawn as exact circles on planes of 1 mm. The phase is where
 * the planes lie in the body, which decides how well slabs do at round ends.
 */
const grid = latticeOf(1, 64);
const mm3 = (contours: readonly Contour[]): number => (measureRoi(contours, grid)?.volume ?? 0) * 1000;
const phases = [0, 0.25, 0.5];
const solids: readonly Solid[] = [
  ...phases.map((phase) => ball(20, phase)),
  cylinder(20, 40),
  cone(20, 40),
  ...[0, 0.5].map((phase) => torus(40, 20, phase)),
  shell(30, 20),
];
const named = solids.map((solid) => [`${solid.name}, phase ${solid.centre[2]}`, solid] as const);

describe.each(named)('%s', (_, solid) => {
  const contours = drawn(solid);
  const mask = rasterizeRoi(contours, grid);

  test('volume of its contours and of its mask within 0.5 %', () => {
    expect(Math.abs(mm3(contours) / solid.volume - 1)).toBeLessThan(0.005);
    const voxels = mask.reduce((sum, share) => sum + share, 0) * voxelVolume(grid);
    expect(Math.abs(voxels / solid.volume - 1)).toBeLessThan(0.005);
  });

  test('contour → mask → contour: mean surface distance at most 0.1 voxel, both ways', () => {
    const back = contoursFromMask(mask, grid);
    expect(errorFromContours(back, contours).mean).toBeLessThan(0.1);
    expect(errorFromContours(contours, back).mean).toBeLessThan(0.1);
  });
});

/** Below the surface of the grown or shrunk solid, as far as slices show it: its own contours on the planes of 1 mm. */
const grown: readonly (readonly [string, Solid, number, Solid | undefined])[] = [
  ['sphere 20 + 5', ball(20), 5, ball(25)],
  ['sphere 20 − 5', ball(20), -5, ball(15)],
  ['sphere 20, phase 0.5, + 10', ball(20, 0.5), 10, ball(30, 0.5)],
  ['cylinder 20 × 40 + 5', cylinder(20, 40), 5, undefined],
  ['cylinder 20 × 40 − 5', cylinder(20, 40), -5, cylinder(15, 30)],
  ['cone 20 × 40 + 5', cone(20, 40), 5, undefined],
  ['torus 40, 15 + 5', torus(40, 15), 5, torus(40, 20)],
  ['torus 40, 20 − 5', torus(40, 20), -5, torus(40, 15)],
  ['shell 30 – 20 + 5', shell(30, 20), 5, shell(35, 15)],
  ['shell 30 – 15 − 5', shell(30, 15), -5, shell(25, 20)],
];

test.each(grown)(
  'margin of %s mm: 95 % of the surface within 0.3 mm of the parallel surface',
  (_, solid, mm, truth) => {
    const result = expandContours(drawn(solid), mm, grid);
    expect(result.length).toBeGreaterThan(10);
    expect(errorFromSurface(result, solid, mm).p95).toBeLessThan(0.3);
    // And the other way where the parallel surface has circles of its own: nothing of it is left out.
    if (truth !== undefined) expect(errorFromContours(drawn(truth), result).p95).toBeLessThan(0.3);
  },
);

describe('booleans', () => {
  const place = (solid: Solid, x: number): Contour[] =>
    drawn(solid).map((contour) => ({ ...contour, points: contour.points.map((mm, i) => (i % 3 === 0 ? mm + x : mm)) }));
  const [R, d] = [20, 15];
  const whole = (4 / 3) * Math.PI * R ** 3;
  // Two balls of one radius whose centres are d apart share two caps of height R − d/2.
  const lens = (2 * Math.PI * (R - d / 2) ** 2 * (3 * R - (R - d / 2))) / 3;
  // What a drill of radius r through the centre leaves of a ball (the napkin ring): 4/3 π (R² − r²)^1.5.
  const napkin = (4 / 3) * Math.PI * (R * R - 100) ** 1.5;
  const [a, b] = [place(ball(R), 0), place(ball(R), d)];
  const drill = drawn(cylinder(10, 61));

  test.each<[string, BooleanOperation, Contour[], Contour[], number]>([
    ['union of two balls', 'union', a, b, 2 * whole - lens],
    ['intersection of two balls', 'intersect', a, b, lens],
    ['a ball without another', 'subtract', a, b, whole - lens],
    ['what is in one of two balls', 'xor', a, b, 2 * (whole - lens)],
    ['a drilled ball', 'subtract', a, drill, napkin],
    ['a ball in a drill hole', 'intersect', a, drill, whole - napkin],
    ['a cone in a ball that holds it', 'intersect', drawn(cone(20, 40)), drawn(ball(40)), cone(20, 40).volume],
    ['a torus round a ball', 'union', drawn(torus(43, 20)), drawn(ball(20)), torus(43, 20).volume + whole],
  ])('%s: volume within 0.5 %%', (_, operation, one, other, volume) => {
    expect(Math.abs(mm3(combineContours(operation, one, other, grid)) / volume - 1)).toBeLessThan(0.005);
  });
});
