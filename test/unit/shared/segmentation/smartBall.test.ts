import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { type Field, outlineField } from '#shared/segmentation/field.ts';
import { smartBall } from '#shared/segmentation/smartBall.ts';
import { cube } from '../structures/shapes.ts';
import { ballImage, ballVolume, render } from './images.ts';

const grid = cube(72, 60, 1, 1);
const volumeOf = (field: Field | undefined): number =>
  field === undefined ? 0 : (measureRoi(outlineField(field), field)?.volume ?? 0);
/** Share of the field's inside that lies beyond `radius` of the origin. */
function leak(field: Field | undefined, radius: number): number {
  let [inside, beyond] = [0, 0];
  const [nx, ny] = field?.dims ?? [1, 1, 1];
  field?.data.forEach((value, p) => {
    if (value < 0) return;
    inside++;
    const at = [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))].map(
      (index, axis) => field.origin[axis] + index * field.spacing[axis],
    );
    if (Math.hypot(...at) > radius) beyond++;
  });
  return beyond / inside;
}

describe('smart ball', () => {
  it('in one tissue is the ball itself', () => {
    const water = render(grid, () => 0, 10);
    const found = smartBall(water, [2, 1, 0], 12);
    expect(volumeOf(found?.field) / ballVolume(12)).toBeCloseTo(1, 1.5);
  });

  it('larger than the organ it is clicked in, it is the organ: half way between the tissues, noise 15 HU', () => {
    const organ = render(grid, ballImage([0, 0, 0], 14, 50, -100), 15);
    const found = smartBall(organ, [3, -2, 1], 24);
    expect(Math.abs(volumeOf(found?.field) / ballVolume(14) - 1)).toBeLessThan(0.03);
    expect(leak(found?.field, 15.5)).toBe(0);
  });

  it('does not cross to the same tissue on the other side of a wall', () => {
    // Two chambers of blood and a septum of fat, 3 mm thick.
    const wall = render(grid, ([x]) => (Math.abs(x - 6) < 1.5 ? -80 : 45), 8);
    const found = smartBall(wall, [0, 0, 0], 18);
    const [nx] = found?.field.dims ?? [1];
    const beyond = found?.field.data.some((value, p) => value >= 0 && found.field.origin[0] + (p % nx) > 6.5);
    expect(beyond).toBe(false);
    expect(volumeOf(found?.field)).toBeGreaterThan(0.6 * ballVolume(18));
  });

  it('stops at an edge inside the accepted range', () => {
    // A step of 60 HU: both sides lie within the tolerance given.
    const step = render(grid, ([x]) => (x < 5 ? 40 : 100), 3);
    const found = smartBall(step, [-4, 0, 0], 15, {
      tolerance: 70,
      tissue: { centre: 40, low: -30, high: 110, edge: 15 },
    });
    const [nx] = found?.field.dims ?? [1];
    const share = found?.field.data.filter((value, p) => value >= 0 && found.field.origin[0] + (p % nx) > 7.5).length;
    expect(share).toBe(0);
  });

  it('as a disc in an oblique plane cuts the organ there', () => {
    const organ = render(grid, ballImage([0, 0, 0], 14, 50, -100), 10);
    const s = Math.SQRT1_2;
    const found = smartBall(organ, [0, 0, 0], 20, { plane: { u: [1, 0, 0], v: [0, s, s] } });
    const contours = found === undefined ? [] : outlineField(found.field);
    expect(contours).toHaveLength(1);
    const radii = Array.from({ length: contours[0].points.length / 3 }, (_, i) =>
      Math.hypot(...contours[0].points.subarray(3 * i, 3 * i + 3)),
    );
    expect(Math.min(...radii)).toBeGreaterThan(12.8);
    expect(Math.max(...radii)).toBeLessThan(15.2);
    for (let i = 0; i < contours[0].points.length; i += 3)
      expect(Math.abs(contours[0].points[i + 1] - contours[0].points[i + 2])).toBeLessThan(1e-9);
  });

  it('keeps what a stroke learnt', () => {
    const organ = render(grid, ballImage([0, 0, 0], 14, 50, -100), 10);
    const first = smartBall(organ, [0, 0, 0], 6);
    // The stroke goes on in fat: that is not the tissue.
    const onFat = smartBall(organ, [24, 0, 0], 6, { tissue: first?.tissue });
    expect(onFat?.field.data.filter((value) => value >= 0)).toHaveLength(0);
  });

  it('is nothing outside the image', () => {
    const water = render(grid, () => 0);
    expect(smartBall(water, [500, 0, 0] satisfies Vec3, 10)).toBeUndefined();
    expect(smartBall(water, [500, 0, 0], 10, { plane: { u: [1, 0, 0], v: [0, 1, 0] } })).toBeUndefined();
  });
});
