import { describe, expect, it } from 'vitest';
import { fluenceMap, meanFluence } from '#shared/dosimetry/beam/fluenceMap.ts';
import { boxMeans } from '#shared/dosimetry/pencilBeam/boxMeans.ts';

const lattice = { pixel: 2, width: 30, height: 20, x0: -33, y0: -18 };
const map = fluenceMap(
  Float64Array.from({ length: 600 }, (_, n) => ((n * 7919) % 101) / 100),
  lattice,
);

describe('means over boxes on a lattice', () => {
  // Boxes that lie inside pixels, across them, and partly or wholly beside the map.
  it.each([
    { x0: -36.5, y0: -21, step: 3.1, width: 24, height: 16, sides: [4.4, 1.3] as const },
    { x0: -33, y0: -18, step: 2, width: 31, height: 21, sides: [2, 2] as const },
    { x0: -80, y0: -70, step: 40, width: 5, height: 5, sides: [50, 60] as const },
  ])('are what each box has by itself: step $step', (boxes) => {
    const means = boxMeans(map, boxes);
    for (let y = 0, n = 0; y < boxes.height; y++)
      for (let x = 0; x < boxes.width; x++, n++) {
        const alone = meanFluence(
          map,
          boxes.x0 + x * boxes.step,
          boxes.y0 + y * boxes.step,
          boxes.sides[0],
          boxes.sides[1],
        );
        expect(means[n]).toBeCloseTo(alone, 12);
      }
  });

  it('count only what lies inside a box', () => {
    const inside = { low: [-10.5, -3] as const, high: [4.2, 7.7] as const };
    const boxes = { x0: -20, y0: -12, step: 2.5, width: 16, height: 10, sides: [5, 5] as const };
    const means = boxMeans(map, boxes, inside);
    for (let y = 0, n = 0; y < boxes.height; y++)
      for (let x = 0; x < boxes.width; x++, n++) {
        const [cx, cy] = [boxes.x0 + x * boxes.step, boxes.y0 + y * boxes.step];
        const [left, right] = [Math.max(inside.low[0], cx - 2.5), Math.min(inside.high[0], cx + 2.5)];
        const [low, high] = [Math.max(inside.low[1], cy - 2.5), Math.min(inside.high[1], cy + 2.5)];
        const area = Math.max(0, right - left) * Math.max(0, high - low);
        const alone =
          area === 0
            ? 0
            : (meanFluence(map, (left + right) / 2, (low + high) / 2, right - left, high - low) * area) / 25;
        expect(means[n]).toBeCloseTo(alone, 12);
      }
  });

  it('are 0 where the map is not', () => {
    const boxes = { x0: 100, y0: 0, step: 1, width: 2, height: 2, sides: [1, 1] as const };
    expect([...boxMeans(map, boxes)]).toEqual([0, 0, 0, 0]);
  });
});
