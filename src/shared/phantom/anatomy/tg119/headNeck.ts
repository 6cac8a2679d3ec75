import type { Vec3 } from '#shared/geometry/vec.ts';
import { type AnatomyMaker, cylinderVolume, ellipsoidVolume } from '../../anatomy.ts';
import { grow, intersect, subtract, union } from '../../combine.ts';
import { cuboid, cylinder, ellipsoid, type Shape } from '../../shapes.ts';
import { waterCase } from './slab.ts';

/** The neck's section: a circle of this radius drawn out sideways by twice this half length (140 × 120 mm). */
const NECK = { radius: 60, halfLength: 10, half: 100 };
const SKIN_GAP = 6;
const CORD = { y: 22, radius: 6, gap: 15 };
const TARGET_HALF = 50;
/** The posterior nodes end here. */
const POSTERIOR = 38;
const PAROTID: Vec3 = [10, 17, 20];

/**
 * All of the neck in front of and beside the cord as the target: 6 mm within the skin, 15 mm from the cord, with the posterior nodes, and
 * with room for the parotids at its superior end. The neck's size, the target's length and the parotids' are not stated; these are ours.
 */
export const mockHeadNeck: AnatomyMaker = () => {
  const { radius, halfLength, half } = NECK;
  const section = (inset: number): Shape =>
    grow(cuboid([-halfLength, 0, -2 * half], [halfLength, 0, 2 * half]), radius - inset);
  const body = intersect(section(0), cuboid([-100, -100, -half], [100, 100, half]));
  const outer = intersect(section(SKIN_GAP), cuboid([-100, -100, -TARGET_HALF], [100, POSTERIOR, TARGET_HALF]));
  const aroundCord = CORD.radius + CORD.gap;
  const target = subtract(outer, [
    union([
      cylinder([0, CORD.y, 0], aroundCord, half),
      cuboid([-aroundCord, CORD.y, -half], [aroundCord, 100, half]),
      cuboid([40, -16, 5], [100, 100, half]),
      cuboid([-100, -16, 5], [-40, 100, half]),
    ]),
  ]);
  const bodyVolume = ((Math.PI * radius ** 2 + 4 * halfLength * radius) * 2 * half) / 1000;
  return waterCase(
    'TG-119 mock head and neck',
    [
      { name: 'PTV', type: 'PTV', shape: target },
      {
        name: 'SpinalCord',
        type: 'ORGAN',
        shape: cylinder([0, CORD.y, 0], CORD.radius, half),
        volume: cylinderVolume(CORD.radius, half),
      },
      ...([1, -1] as const).map((side) => ({
        name: `Parotid_${side === 1 ? 'L' : 'R'}`,
        type: 'ORGAN' as const,
        shape: ellipsoid([side * 54, 6, 30], PAROTID),
        volume: ellipsoidVolume(PAROTID),
      })),
    ],
    body,
    bodyVolume,
  );
};
