import { describe, expect, it } from 'vitest';
import { colormapByName } from '#renderer/viewports/layers/colormaps.ts';
import { differencePixels, samplePlane, stepOf, windowedPixels } from '#renderer/viewports/compare/comparePixels.ts';
import { edgePixels } from '#renderer/viewports/compare/edgePixels.ts';
import { planeAxes } from '#renderer/viewports/plane/planes.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';
import { AXIAL, sampleAtPoint, type Volume } from '#shared/geometry/volume.ts';

const [nx, ny, nz] = [30, 20, 10];
/** 1000 left of x = 11.3 mm and 0 right of it, with the voxel between by its share; 2 mm voxels from x = −0.7. */
const step: Volume<Float32Array> = {
  dims: [nx, ny, nz],
  spacing: [2, 2, 3],
  origin: [-0.7, 0, 0],
  direction: AXIAL,
  data: Float32Array.from({ length: nx * ny * nz }, (_, p) => {
    const left = -0.7 + 2 * (p % nx) - 1;
    return 1000 * Math.max(0, Math.min(1, (11.3 - left) / 2));
  }),
};
const view = planeViewOf({
  id: 'axial',
  axes: planeAxes(step, 'axial'),
  centre: [20, 18, 12],
  scale: 3.1,
  width: 200,
  height: 130,
});

it('samples every pixel of a small plane and thins a large one', () => {
  expect(stepOf(view)).toBe(1);
  expect(stepOf({ width: 1600, height: 1000 })).toBe(2);
});

it('shows the interpolated value under each pixel centre through window and colour map', () => {
  const samples = samplePlane(step, view);
  const pixels = windowedPixels(samples, { lower: 0, upper: 1000 }, colormapByName('Grey'));
  for (const [x, y] of [
    [40, 60],
    [60, 10],
    [66, 100],
    [120, 70],
  ]) {
    const value = sampleAtPoint(step, view.toPatient(x + 0.5, y + 0.5), Number.NaN);
    expect(pixels[(y * 200 + x) * 4]).toBeCloseTo((value / 1000) * 255, -0.5);
    expect(pixels[(y * 200 + x) * 4 + 3]).toBe(255);
  }
  // Left of the volume there is nothing.
  expect(pixels[(60 * 200 + 1) * 4 + 3]).toBe(0);
});

describe('difference', () => {
  const samples = samplePlane(step, view);
  const limits = { lower: 0, upper: 1000 };
  const at = (60 * 200 + 40) * 4;
  it('is grey where the images agree', () => {
    expect(Array.from(differencePixels(samples, limits, samples, limits, 0.5).slice(at, at + 4))).toEqual([
      40, 40, 40, 255,
    ]);
  });
  it('is red where the second is brighter by the span, blue where darker, and half so half way', () => {
    const more = { ...samples, values: samples.values.map((value) => value + 500) };
    expect(Array.from(differencePixels(samples, limits, more, limits, 0.5).slice(at, at + 3))).toEqual([255, 100, 40]);
    expect(Array.from(differencePixels(more, limits, samples, limits, 0.5).slice(at, at + 3))).toEqual([40, 100, 255]);
    expect(differencePixels(samples, limits, more, limits, 1)[at]).toBeCloseTo(147.5, -0.5);
  });
});

it('draws an edge where it is, one pixel wide', () => {
  const samples = samplePlane(step, view);
  const pixels = edgePixels(samples, { lower: 0, upper: 1000 }, view.scale, 1, 0.05);
  const columns = new Set<number>();
  for (let y = 20; y < 110; y++) {
    const drawn = Array.from({ length: 200 }, (_, x) => x).filter((x) => pixels[(y * 200 + x) * 4 + 3] > 0);
    expect(drawn).toHaveLength(1);
    columns.add(drawn[0]);
  }
  const [column] = columns;
  expect(columns.size).toBe(1);
  // Half a pixel of 0.32 mm and a tenth of a voxel.
  expect(Math.abs(view.toPatient(column + 0.5, 0)[0] - 11.3)).toBeLessThan(0.36);
});
