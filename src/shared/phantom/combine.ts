import type { Vec3 } from '#shared/geometry/vec.ts';
import { type Box, capsule, type Shape } from './shapes.ts';

/** Everything that is in any of the shapes. */
export function union(shapes: readonly Shape[]): Shape {
  const pieces = shapes.flatMap((shape) => shape.pieces ?? [shape]);
  const extreme = (end: 'min' | 'max', i: 0 | 1 | 2): number => Math[end](...pieces.map((piece) => piece.box[end][i]));
  return {
    pieces,
    box: {
      min: [extreme('min', 0), extreme('min', 1), extreme('min', 2)],
      max: [extreme('max', 0), extreme('max', 1), extreme('max', 2)],
    },
    distance: (x, y, z) => {
      let nearest = Infinity;
      for (const piece of pieces) nearest = Math.min(nearest, piece.distance(x, y, z));
      return nearest;
    },
  };
}

/** Capsules end to end through `points`; `radius` may vary from start (0) to end (1). */
export function chain(points: readonly Vec3[], radius: number | ((along: number) => number)): Shape {
  const at = typeof radius === 'number' ? (): number => radius : radius;
  const last = points.length - 1;
  return union(points.slice(1).map((point, i) => capsule(points[i], point, at(i / last), at((i + 1) / last))));
}

/** Further outside than this (mm) the second shape cannot matter, and need not be evaluated. */
const FAR = 10;

/** What is in both; edges rounded over `round` mm. */
export function intersect(a: Shape, b: Shape, round = 0): Shape {
  const box: Box = {
    min: [
      Math.max(a.box.min[0], b.box.min[0]),
      Math.max(a.box.min[1], b.box.min[1]),
      Math.max(a.box.min[2], b.box.min[2]),
    ],
    max: [
      Math.min(a.box.max[0], b.box.max[0]),
      Math.min(a.box.max[1], b.box.max[1]),
      Math.min(a.box.max[2], b.box.max[2]),
    ],
  };
  return {
    box,
    distance: (x, y, z) => {
      const d = a.distance(x, y, z);
      return d > FAR ? d : roundMax(d, b.distance(x, y, z), round);
    },
  };
}

/** What is in `a` and not in any of `cuts`; edges rounded over `round` mm. */
export function subtract(a: Shape, cuts: readonly Shape[], round = 0): Shape {
  return {
    box: a.box,
    distance: (x, y, z) => {
      let d = a.distance(x, y, z);
      if (d > FAR) return d;
      for (const cut of cuts) d = roundMax(d, -cut.distance(x, y, z), round);
      return d;
    },
  };
}

/** Both shapes as one piece, the seam rounded over `round` mm. */
export function blend(a: Shape, b: Shape, round: number): Shape {
  const { box } = grow(union([a, b]), round / 4);
  return { box, distance: (x, y, z) => -roundMax(-a.distance(x, y, z), -b.distance(x, y, z), round) };
}

/** The shape with a margin of `mm` all round (negative: shrunk); as exact as the shape's distance. */
export function grow(shape: Shape, mm: number): Shape {
  if (shape.pieces !== undefined) return union(shape.pieces.map((piece) => grow(piece, mm)));
  const { min, max } = shape.box;
  return {
    box: { min: [min[0] - mm, min[1] - mm, min[2] - mm], max: [max[0] + mm, max[1] + mm, max[2] + mm] },
    distance: (x, y, z) => shape.distance(x, y, z) - mm,
  };
}

/** Quadratic smooth maximum (Quilez): max(a, b) plus at most round/4 where they meet. */
function roundMax(a: number, b: number, round: number): number {
  if (round === 0) return Math.max(a, b);
  const h = Math.max(round - Math.abs(a - b), 0) / round;
  return Math.max(a, b) + (h * h * round) / 4;
}
