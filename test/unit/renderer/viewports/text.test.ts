import { describe, expect, it } from 'vitest';
import { scaleBarLength } from '#renderer/viewports/plane/crosshairPainter.ts';
import { colorAt, COLORMAPS, colormapByName } from '#renderer/viewports/layers/colormaps.ts';
import { orientationLetters } from '#renderer/viewports/plane/orientation.ts';

describe('orientationLetters', () => {
  it.each([
    [[1, 0, 0], 'L'],
    [[-1, 0, 0], 'R'],
    [[0, 1, 0], 'P'],
    [[0, -1, 0], 'A'],
    [[0, 0, 1], 'H'],
    [[0, 0, -1], 'F'],
    [[0.05, -0.9987, 0], 'A'],
    [[0.6, -0.8, 0], 'AL'],
    [[-0.8, 0, 0.6], 'RH'],
  ] as const)('%j is %s', (direction, letters) => {
    expect(orientationLetters(direction)).toBe(letters);
  });
});

describe('colour maps', () => {
  it('are made of rising positions from 0 to 1 with components in 0..1', () => {
    for (const { points } of COLORMAPS) {
      expect(points[0][0]).toBe(0);
      expect(points.at(-1)?.[0]).toBe(1);
      for (let i = 1; i < points.length; i++) expect(points[i][0]).toBeGreaterThan(points[i - 1][0]);
      for (const point of points) for (const part of point) expect(part).toBeGreaterThanOrEqual(0);
    }
  });

  it('interpolate between their points and hold at the ends', () => {
    const grey = colormapByName('Grey');
    expect(colorAt(grey, 0.25)).toEqual([0.25, 0.25, 0.25]);
    expect(colorAt(grey, -3)).toEqual([0, 0, 0]);
    expect(colorAt(grey, 7)).toEqual([1, 1, 1]);
    expect(colorAt(colormapByName('Hot'), 0.375)).toEqual([1, 0, 0]);
  });
});

describe('scaleBarLength', () => {
  it('is the longest round length within a quarter of the width', () => {
    expect(scaleBarLength({ scale: 2, width: 800 })).toBe(100);
    expect(scaleBarLength({ scale: 2.1, width: 800 })).toBe(50);
    expect(scaleBarLength({ scale: 60, width: 400 })).toBe(1);
  });
});
