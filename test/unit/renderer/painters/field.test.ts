import { describe, expect, it } from 'vitest';
import { arrowsOn } from '#renderer/viewports/painters/beams/fieldPainter.ts';
import { jacobianColour } from '#renderer/viewports/painters/jacobianPainter.ts';
import type { PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { rigidFromParameters } from '#shared/geometry/affine.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { sampled } from '#test/builders/analyticField.ts';
import { deformation } from '#test/builders/registration.ts';

const grid: Grid = {
  dims: [21, 21, 21],
  spacing: [5, 5, 5],
  origin: [-50, -50, -50],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};

/** An axial plane at z mm, 2 pixels a mm, its centre at (x, y). */
const axial = (x: number, y: number, z: number): PlaneView => ({
  id: 'axial',
  point: [x, y, z],
  right: [1, 0, 0],
  down: [0, 1, 0],
  normal: [0, 0, 1],
  scale: 2,
  width: 100,
  height: 80,
  toCanvas: (p) => [50 + 2 * (p[0] - x), 40 + 2 * (p[1] - y)],
  toPatient: (cx, cy): Vec3 => [x + (cx - 50) / 2, y + (cy - 40) / 2, z],
});

describe('the vector field', () => {
  const push = ([x, , z]: Vec3): Vec3 => [3 + 0.1 * x, -4, z];

  it('has an arrow from each place of a lattice to where the moving image has it', () => {
    const registration = deformation(1, { field: sampled(grid, push), pre: undefined, post: undefined });
    const arrows = arrowsOn(axial(0, 0, 10), registration, 10);
    // 50 mm × 40 mm: x −20 to 20, y −20 to 20.
    expect(arrows).toHaveLength(25);
    const middle = arrows[12];
    expect(middle.from).toEqual([50, 40]);
    expect([middle.to[0], middle.to[1]]).toEqual([expect.closeTo(56, 4), expect.closeTo(32, 4)]);
    expect(middle.mm).toBeCloseTo(Math.hypot(3, 4, 10), 4);
    // The places stay where they are in the patient when the view moves.
    const moved = arrowsOn(axial(3, 1, 10), registration, 10);
    expect(moved.some(({ from }) => from[0] === 44 && from[1] === 38)).toBe(true);
  });

  it('is turned back by the matrix before it, and ends where the field does', () => {
    const pre = rigidFromParameters([0, 0, 90], [100, 0, 0]);
    const registration = deformation(1, { field: sampled(grid, () => [6, 0, 0]), pre });
    const [arrow] = arrowsOn(axial(0, 0, 0), registration, 50);
    // Ninety degrees backwards: from +x to −y.
    expect([arrow.to[0] - arrow.from[0], arrow.to[1] - arrow.from[1]]).toEqual([
      expect.closeTo(0, 4),
      expect.closeTo(-12, 4),
    ]);
    expect(arrowsOn(axial(0, 0, 80), registration, 10)).toEqual([]);
  });
});

describe('the colour of a Jacobian', () => {
  it('is clear at 1, blue below, red above, magenta where space folds', () => {
    expect(jacobianColour(1)[3]).toBe(0);
    const [blue, red] = [jacobianColour(0.5), jacobianColour(2)];
    expect(blue[2]).toBeGreaterThan(blue[0]);
    expect(red[0]).toBeGreaterThan(red[2]);
    expect(blue[3]).toBe(red[3]);
    expect(jacobianColour(0)).toEqual([255, 0, 255, 220]);
    expect(jacobianColour(-3)).toEqual([255, 0, 255, 220]);
    expect(jacobianColour(Number.NaN)[3]).toBe(0);
  });
});
