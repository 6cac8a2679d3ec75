import { add, normalize, scale, type Vec3 } from '#shared/geometry/vec.ts';
import { union } from '../combine.ts';
import type { Random } from '../random.ts';
import { capsule, type Shape } from '../shapes.ts';

/** Forking vessels from a hilum into a lung: each generation 0.78 of the radius (Murray's law for two equal daughters), kept inside. */
export function vesselTree(random: Random, start: Vec3, direction: Vec3, radius: number, within: Shape): Shape {
  const segments: Shape[] = [];
  const grow = (from: Vec3, heading: Vec3, r: number, generation: number): void => {
    const length = random.between(3, 5) * r ** 0.5 * 3;
    const to = add(from, scale(heading, length));
    const leaves = within.distance(...to) > -4 && generation > 1;
    if (leaves || r < 0.7 || generation > 9) return;
    segments.push(capsule(from, to, r, r * 0.85));
    for (let twig = 0; twig < 2; twig++) {
      const turn: Vec3 = [random.between(-1, 1), random.between(-1, 1), random.between(-1, 1)];
      grow(to, normalize(add(heading, scale(turn, 0.85))), r * 0.78, generation + 1);
    }
  };
  grow(start, normalize(direction), radius, 0);
  return union(segments);
}
