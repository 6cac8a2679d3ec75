import { describe, expect, it } from 'vitest';
import { stackContours } from '#shared/structures/contours/stack.ts';
import { cube, rectangle } from '../shapes.ts';

const at = (...z: number[]) => z.map((offset) => rectangle(0, 0, 10, 10, offset));
const slabs = (...z: number[]) => stackContours(at(...z)).planes.map(({ low, high }) => [low, high]);

describe('slabs of contour planes', () => {
  it('reach half way to the neighbours and half a spacing beyond the ends', () => {
    expect(slabs(6, 0, 3)).toEqual([
      [-1.5, 1.5],
      [1.5, 4.5],
      [4.5, 7.5],
    ]);
  });

  it('uneven planes meet in the middle', () => {
    expect(slabs(0, 2, 4, 7)).toEqual([
      [-1, 1],
      [1, 3],
      [3, 5.5],
      [5.5, 8],
    ]);
  });

  it('one skipped plane is bridged, a wider gap is left open; both are told', () => {
    const bridged = stackContours(at(0, 3, 9, 12), { name: 'GTV' });
    expect(bridged.planes.map((plane) => plane.high)).toEqual([1.5, 6, 10.5, 13.5]);
    expect(bridged.warnings).toEqual(['GTV: gap of 6.0 mm between contour planes at 3.0 mm (bridged)']);
    const open = stackContours(at(0, 3, 6, 15, 18), { name: 'GTV' });
    expect(open.planes.map(({ low, high }) => [low, high])).toEqual([
      [-1.5, 1.5],
      [1.5, 4.5],
      [4.5, 7.5],
      [13.5, 16.5],
      [16.5, 19.5],
    ]);
    expect(open.warnings).toEqual(['GTV: gap of 9.0 mm between contour planes at 6.0 mm (left open)']);
  });

  it('a single plane takes the image’s slice thickness and says so', () => {
    const stack = stackContours(at(4), { grid: cube(4, 4, 1, 2.5), name: 'Marker' });
    expect(stack.planes[0]).toMatchObject({ low: 2.75, high: 5.25 });
    expect(stack.warnings[0]).toContain('2.5 mm');
  });

  it('coordinates rounded by other systems stay on one plane; duplicates are dropped and told', () => {
    const stack = stackContours([
      rectangle(0, 0, 9, 9, 10.02),
      rectangle(2, 2, 5, 5, 9.99),
      rectangle(0, 0, 9, 9, 12.5),
      rectangle(0, 0, 9, 9, 12.5),
    ]);
    expect(stack.planes.map((plane) => plane.rings.length)).toEqual([2, 1]);
    expect(stack.warnings).toEqual(['contours: 1 duplicate contour(s) ignored']);
  });
});
