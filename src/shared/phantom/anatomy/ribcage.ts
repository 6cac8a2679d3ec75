import type { Vec3 } from '#shared/geometry/vec.ts';
import { type Part, paint, paintLayers } from '../anatomy.ts';
import { chain, union } from '../combine.ts';
import { type Exponent, ellipsoid, type Section, type Shape, tube } from '../shapes.ts';
import { CARTILAGE, CORTICAL, RIB_MARROW } from '../tissues.ts';

export interface RibCageOptions {
  /** Inner wall of the chest at height z. */
  readonly cavity: (z: number) => Section;
  readonly exponent: Exponent;
  /** Heights of the vertebrae that carry ribs. */
  readonly levels: readonly number[];
  readonly sternum: { readonly from: number; readonly to: number; readonly y: (z: number) => number };
}

export interface RibCage {
  readonly parts: readonly Part[];
  readonly bone: Shape;
}

/** Ribs that fall forward along the chest wall, their cartilages, sternum, shoulder blades and collar bones. */
export function makeRibCage(options: RibCageOptions): RibCage {
  const { sternum } = options;
  const ribs: Shape[] = [];
  const cartilages: Shape[] = [];
  for (const z of options.levels)
    for (const side of [1, -1] as const) {
      ribs.push(chain(ribCurve(options, side, z, 0.06, 0.8), (t) => 5 - 0.8 * t));
      const tip = ribCurve(options, side, z, 0.8, 0.93);
      const end = tip[tip.length - 1];
      cartilages.push(chain([...tip, [side * 14, sternum.y(end[2] + 12) + 2, end[2] + 12]], 4));
    }
  const breastbone = tube(
    sternum.from,
    sternum.to,
    (z) => ({ centre: [0, sternum.y(z)], half: [z > sternum.to - 45 ? 24 : 16, 6] }),
    3,
  );
  const blades = [1, -1].map((side) => ellipsoid([side * 104, 74, 62], [44, 4.5, 58], [0, 0, side * -38], 2.5));
  const collars = [1, -1].map((side) => chain([[side * 20, -72, 100], [side * 70, -62, 112], [side * 130, -10, 118]], 6)); // biome-ignore format: points
  const bone = union([...ribs, breastbone, ...blades, ...collars]);
  return {
    bone,
    parts: [paint(union(cartilages), CARTILAGE), paintLayers(bone, [0, CORTICAL], [1.7, RIB_MARROW])],
  };
}

/** Points on the chest wall from `start` to `end` (0 behind at the spine, 1 in front at the sternum), falling forward. */
function ribCurve({ cavity, exponent }: RibCageOptions, side: 1 | -1, top: number, start: number, end: number): Vec3[] {
  const points: Vec3[] = [];
  const steps = Math.ceil((end - start) * 32);
  for (let n = 0; n <= steps; n++) {
    const t = start + ((end - start) * n) / steps;
    const z = top + 8 - 62 * t ** 1.3;
    const { centre, half } = cavity(z);
    const angle = Math.PI * t;
    const power = 2 / exponent;
    const [s, c] = [Math.sin(angle), Math.cos(angle)];
    points.push([
      centre[0] + side * (half[0] + 5) * s ** power,
      centre[1] + Math.sign(c) * (half[1] + 5) * Math.abs(c) ** power,
      z,
    ]);
  }
  return points;
}
