import { describe, expect, it } from 'vitest';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { compareStructures } from '#shared/structures/agreement/agreement.ts';
import { combineContours } from '#shared/structures/contours/boolean.ts';
import { outlineField } from '#shared/segmentation/field.ts';
import { type Scribble, segmentScribbles } from '#shared/segmentation/scribbles.ts';
import { cube, sphere } from '../structures/shapes.ts';
import { ballImage, render } from './images.ts';

const grid = cube(56, 33, 1.5, 2.5);
const ring = (radius: number, z: number): Vec3[] =>
  Array.from({ length: 25 }, (_, n) => [
    radius * Math.cos((n * Math.PI) / 12),
    radius * Math.sin((n * Math.PI) / 12),
    z,
  ]);
const scribbles: Scribble[] = [
  { label: 'object', points: [[-6, 2, 0], [5, -3, 0]], radius: 2 },
  { label: 'background', points: ring(26, 0), radius: 2 },
]; // biome-ignore format: a table

describe('random walker from scribbles', () => {
  // Contrast 60 HU, noise 20 HU: no threshold separates the two.
  const noisy = render(grid, ballImage([0, 0, 0], 16, 60, 0), 20);

  it('finds a ball in noise from one stroke in it and one round it: Dice ≥ 0.95', () => {
    const { field, coarsened } = segmentScribbles(noisy, scribbles);
    expect(coarsened).toBe(1);
    const agreement = compareStructures(outlineField(field), sphere(0, 0, 0, 16, 2.5), grid);
    expect(agreement.dice).toBeGreaterThanOrEqual(0.95);
  });

  it('needs no stroke in the background: the border of the box is background', () => {
    const { field } = segmentScribbles(noisy, scribbles.slice(0, 1));
    const agreement = compareStructures(outlineField(field), sphere(0, 0, 0, 16, 2.5), grid);
    expect(agreement.dice).toBeGreaterThan(0.9);
  });

  it('looks at nothing outside of the structure to stay within', () => {
    const within = sphere(10, 0, 0, 16, 2.5);
    const strokes: Scribble[] = [scribbles[0], { label: 'background', points: [[22, -6, 0], [22, 6, 0]], radius: 2 }]; // biome-ignore format: a table
    const { field } = segmentScribbles(noisy, strokes, { within });
    const truth = combineContours('intersect', within, sphere(0, 0, 0, 16, 2.5), grid);
    expect(compareStructures(outlineField(field), truth, grid).dice).toBeGreaterThan(0.93);
  });

  it('coarsens a box that is too large, and still hits', () => {
    const { field, coarsened } = segmentScribbles(noisy, scribbles, { mostVoxels: 20_000 });
    expect(coarsened).toBe(2);
    expect(field.spacing).toEqual([3, 3, 2.5]);
    expect(compareStructures(outlineField(field), sphere(0, 0, 0, 16, 2.5), grid).dice).toBeGreaterThan(0.9);
  });

  it('wants object strokes, and stops when cancelled', () => {
    expect(() => segmentScribbles(noisy, scribbles.slice(1))).toThrow(/mark some of the object/);
    expect(() => segmentScribbles(noisy, scribbles, { signal: { aborted: true } })).toThrow(/cancelled/);
  });
});
