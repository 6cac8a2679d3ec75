import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { outlineField } from '#shared/segmentation/field.ts';
import { growConfident, growConnected, thresholdField } from '#shared/segmentation/grow.ts';
import { cube, sphere } from '../structures/shapes.ts';
import { ballImage, ballVolume, render } from './images.ts';

const grid = cube(64, 48, 1.5, 2);
/** Two balls of 40 HU in fat: one in the middle, one apart. */
const two = render(grid, (at) =>
  Math.max(ballImage([0, 0, 0], 15, 40, -100)(at), ballImage([34, 0, 4], 9, 40, -100)(at)),
);
const volumeOf = (field: Parameters<typeof outlineField>[0]): number =>
  measureRoi(outlineField(field), grid)?.volume ?? 0;

describe('threshold', () => {
  it('takes everything in the range, with outlines between the voxels: volume of two balls within 1.5 %', () => {
    const volume = volumeOf(thresholdField(two, { low: -30, high: 200 }));
    expect(volume / (ballVolume(15) + ballVolume(9))).toBeCloseTo(1, 1.5);
    // Slabs of 2 mm: an outline drawn on voxel centres alone would be off by 5 %.
    expect(Math.abs(volume / (ballVolume(15) + ballVolume(9)) - 1)).toBeLessThan(0.015);
  });

  it('stays within a structure', () => {
    const volume = volumeOf(thresholdField(two, { low: -30, high: 200 }, { within: sphere(0, 0, 0, 10, 2) }));
    expect(volume / ballVolume(10)).toBeCloseTo(1, 1);
  });

  it('refuses an empty range', () => {
    expect(() => thresholdField(two, { low: 1, high: 0 })).toThrow(/holds no value/);
  });
});

describe('region growing', () => {
  it('takes only what is connected to the click', () => {
    const volume = volumeOf(growConnected(two, [3, -4, 2], { low: -30, high: 200 }));
    expect(Math.abs(volume / ballVolume(15) - 1)).toBeLessThan(0.015);
  });

  it.each([
    ['outside the image', [500, 0, 0]],
    ['outside the range', [0, 0, 40]],
  ])('says that the point lies %s', (words, at) => {
    expect(() => growConnected(two, at as unknown as Vec3, { low: -30, high: 200 })).toThrow(words);
  });

  it('says that the point lies outside the structure to stay within', () => {
    const within = sphere(0, 0, 0, 10, 2);
    expect(() => growConnected(two, [14, 0, 0], { low: -30, high: 200 }, { within })).toThrow(/outside the structure/);
  });

  it('learns its range from the click, in noise', () => {
    const noisy = render(grid, ballImage([0, 0, 0], 15, 60, -100), 12);
    const { field, range } = growConfident(noisy, [0, 0, 0], { multiplier: 3 });
    expect(range.low).toBeGreaterThan(-20);
    expect(range.high).toBeLessThan(140);
    // Mean − 3 standard deviations lies above the half-way value: the blurred rim (3 % of the radius) stays out.
    expect(volumeOf(field) / ballVolume(15)).toBeGreaterThan(0.85);
    expect(volumeOf(field) / ballVolume(15)).toBeLessThan(1.03);
  });
});
