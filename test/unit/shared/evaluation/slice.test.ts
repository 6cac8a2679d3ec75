import { describe, expect, it } from 'vitest';
import { isolines } from '#shared/evaluation/isolines.ts';
import { resamplePlane, type SlicePlane, slicePoint } from '#shared/evaluation/slice.ts';
import { measureRoi, statisticsUnder } from '#shared/evaluation/statistics.ts';
import { AXIAL, indexToPatient, type Volume } from '#shared/geometry/volume.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { circle, cube, rectangle, sphere } from '../structures/shapes.ts';

const volume: Volume<Float32Array> = (() => {
  const grid = { dims: [20, 18, 16], spacing: [2, 2, 3], origin: [-19, -17, -22.5], direction: AXIAL } as const;
  const data = Float32Array.from({ length: 20 * 18 * 16 }, (_, p) => {
    const [x, y, z] = indexToPatient(grid, [p % 20, Math.floor(p / 20) % 18, Math.floor(p / 360)]);
    return x - 2 * y + 0.5 * z;
  });
  return { ...grid, data };
})();

describe('resamplePlane', () => {
  const diagonal = Math.SQRT1_2;
  const planes: Record<string, SlicePlane> = {
    axial: { origin: [-10, -9, 1.3], right: [1, 0, 0], down: [0, 1, 0], width: 30, height: 20, spacing: 0.6 },
    sagittal: { origin: [3.7, -10, 15], right: [0, 1, 0], down: [0, 0, -1], width: 25, height: 40, spacing: 0.7 },
    coronal: { origin: [-12, 2.2, 15], right: [1, 0, 0], down: [0, 0, -1], width: 30, height: 40, spacing: 0.7 },
    oblique: {
      origin: [-8, -8, -8],
      right: [diagonal, diagonal, 0],
      down: [0, 0, 1],
      width: 20,
      height: 20,
      spacing: 0.8,
    },
  };

  it.each(Object.entries(planes))('%s plane of a linear volume is linear', (_name, plane) => {
    resamplePlane(volume, plane).forEach((value, p) => {
      const [x, y, z] = slicePoint(plane, p % plane.width, Math.floor(p / plane.width));
      expect(value).toBeCloseTo(x - 2 * y + 0.5 * z, 4);
    });
  });

  it('is NaN, or what is asked for, outside; isolines in patient space lie on the level', () => {
    const wide = { ...planes.axial, origin: [-30, -30, 1.3] as const, width: 100, height: 100 };
    const values = resamplePlane(volume, wide);
    expect(values[0]).toBeNaN();
    expect(resamplePlane(volume, wide, -5)[0]).toBe(-5);
    const lines = isolines(values, 100, 100, 4);
    expect(lines).toHaveLength(1);
    // Away from the half voxel at the edge, where values are held.
    for (let i = 0; i < lines[0].points.length; i += 2) {
      const [x, y, z] = slicePoint(wide, lines[0].points[i], lines[0].points[i + 1]);
      if (Math.abs(x) < 18 && Math.abs(y) < 16) expect(x - 2 * y + 0.5 * z).toBeCloseTo(4, 3);
    }
  });
});

describe('statistics', () => {
  it('volume and centre of mass come from the contours alone', () => {
    const measured = measureRoi(sphere(3, -4, 1, 15, 0.5));
    expect(measured?.volume).toBeCloseTo((4 / 3) * Math.PI * 3.375, 1);
    [3, -4, 1].forEach((value, axis) => expect(measured?.centroid[axis]).toBeCloseTo(value, 2));
    // 10 × 10 with a hole of 4 × 4 to the right: centre at −16·7/84 … about the box's own centre 5.
    const holed = measureRoi([-1, 1].flatMap((z) => [rectangle(0, 0, 10, 10, z), rectangle(5, 3, 9, 7, z)]));
    expect(holed?.centroid[0]).toBeCloseTo((500 - 16 * 7) / 84, 9);
    expect(holed?.centroid[2]).toBeCloseTo(0, 9);
    expect(measureRoi([])).toBeUndefined();
  });

  it('weights by partial volume', () => {
    const grid = cube(10, 1, 1, 1);
    const mask = rasterizeRoi([rectangle(-1, -1, 1.5, 1)], grid);
    const data = Float32Array.from({ length: 100 }, (_, p) => p % 10);
    // Columns 4, 5 wholly (x −1 … 1), column 6 half: (4 + 5 + 3) / 2.5.
    const found = statisticsUnder(mask, { ...grid, data }, 2, 1);
    expect(found?.mean).toBeCloseTo(2 * (12 / 2.5) + 1, 5);
    expect([found?.min, found?.max]).toEqual([9, 13]);
    expect(found?.volume).toBeCloseTo(5, 5);
    expect(statisticsUnder(new Float32Array(100), { ...grid, data })).toBeUndefined();
    expect(
      statisticsUnder(rasterizeRoi([circle(0, 0, 3, 0)], grid), { ...grid, data: data.fill(7) })?.standardDeviation,
    ).toBe(0);
  });
});
