import { describe, expect, it } from 'vitest';
import { boxToCylinder, distanceToCylinder } from '#shared/clearance/solids.ts';
import { invertRigid, multiply, translation } from '#shared/geometry/affine.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';

const head = { radius: 300, low: 400, high: 1300 };

describe('a point and a cylinder', () => {
  it.each([
    ['below the face', 0, 0, 100, 300],
    ['below the face, off the axis', 200, 100, 390, 10],
    ['beside', 500, 0, 800, 200],
    ['past the rim', 330, 0, 360, 50],
    ['inside, near the face', 0, 0, 420, -20],
    ['inside, near the side', 295, 0, 800, -5],
  ])('%s', (_, x, y, z, distance) => expect(distanceToCylinder(head, x, y, z)).toBeCloseTo(distance, 9));
});

const turnY = (degrees: number): Mat4 => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, 0, 1];
};
const box = { low: [-250, -1000, -80], high: [250, 1000, 0] } as const;
const apart = (cylinderFromBox: Mat4): number =>
  boxToCylinder(box, head, cylinderFromBox, invertRigid(cylinderFromBox)).distance;

describe('a box and a cylinder', () => {
  it.each([
    // The head above: from its face at 400 to the top at 0.
    ['face to face', translation([0, 0, 0]), 400],
    ['face to face, lifted', translation([0, 0, 150]), 250],
    // The head from the side, a quarter turn: the box is 250 half wide.
    ['side on', turnY(90), 150],
    // From below, the box's underside is at −80.
    ['from below', turnY(180), 320],
    ['met', multiply(translation([0, 0, 410]), turnY(0)), 0],
  ] as const)('%s', (_, place, distance) => expect(apart(place)).toBeCloseTo(distance, 1));

  it('corner on: the box’s edge against the rim', () => {
    // Beside the face by 100 mm and below it by 50: 550 − 250 beyond the radius is nothing… the box starts at x 340, 40 outside the rim.
    expect(apart(translation([590, 0, 370]))).toBeCloseTo(Math.hypot(40, 30), 1);
  });

  it('agrees with a search over the box’s points, whatever the angle', () => {
    for (const degrees of [20, 55, 110, 140]) {
      const place = multiply(translation([37, -90, 60]), turnY(degrees));
      let least = Infinity;
      for (let x = -250; x <= 250; x += 5)
        for (let y = -400; y <= 600; y += 5)
          for (const z of [-80, -60, -40, -20, 0]) {
            const at = (row: number): number =>
              place[4 * row] * x + place[4 * row + 1] * y + place[4 * row + 2] * z + place[4 * row + 3];
            least = Math.min(least, distanceToCylinder(head, at(0), at(1), at(2)));
          }
      const found = apart(place);
      expect(found).toBeLessThanOrEqual(Math.max(0, least) + 0.1);
      expect(found).toBeGreaterThan(Math.max(0, least) - 12);
    }
  });
});
