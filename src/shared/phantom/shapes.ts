import type { Vec3 } from '#shared/geometry/vec.ts';

/** A box of LPS mm that holds everything of a shape. */
export interface Box {
  readonly min: Vec3;
  readonly max: Vec3;
}

/**
 * A solid given by its signed distance in mm, negative inside. The zero set is exact; away from it the distance is a
 * first-order estimate unless the constructor says "exact".
 */
export interface Shape {
  readonly box: Box;
  distance(x: number, y: number, z: number): number;
  /** The members of a union, so that each can be evaluated within its own small box. */
  readonly pieces?: readonly Shape[];
}

/** Ball; exact. */
export function ball(centre: Vec3, radius: number): Shape {
  const [cx, cy, cz] = centre;
  return {
    box: around(centre, [radius, radius, radius]),
    distance: (x, y, z) => norm(x - cx, y - cy, z - cz) - radius,
  };
}

/**
 * |x/a|ⁿ + |y/b|ⁿ + |z/c|ⁿ = 1, turned by `turn` degrees about its own centre (rotations about x, then y, then z).
 * With f the n-norm, (f − 1)/|∇f| is the distance to first order (Taubin 1991).
 */
export function ellipsoid(centre: Vec3, radii: Vec3, turn: Vec3 = [0, 0, 0], exponent: Exponent = 2): Shape {
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = rotationRows(turn);
  const [cx, cy, cz] = centre;
  const reach = Math.max(...radii) * (exponent > 2 ? Math.sqrt(3) : 1);
  const straight = turn.every((angle) => angle === 0);
  return {
    box: around(centre, straight ? radii : [reach, reach, reach]),
    distance: (px, py, pz) => {
      const [dx, dy, dz] = [px - cx, py - cy, pz - cz];
      const u = (m0 * dx + m3 * dy + m6 * dz) / radii[0];
      const v = (m1 * dx + m4 * dy + m7 * dz) / radii[1];
      const w = (m2 * dx + m5 * dy + m8 * dz) / radii[2];
      return normDistance(u, v, w, radii, exponent);
    },
  };
}

/** Round cone from `a` (radius ra) to `b` (radius rb); exact for ra = rb. */
export function capsule(a: Vec3, b: Vec3, ra: number, rb = ra): Shape {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const square = ux * ux + uy * uy + uz * uz;
  const r = Math.max(ra, rb);
  const low = (i: 0 | 1 | 2): number => Math.min(a[i], b[i]) - r;
  const high = (i: 0 | 1 | 2): number => Math.max(a[i], b[i]) + r;
  return {
    box: { min: [low(0), low(1), low(2)], max: [high(0), high(1), high(2)] },
    distance: (x, y, z) => {
      const [dx, dy, dz] = [x - a[0], y - a[1], z - a[2]];
      const t = square === 0 ? 0 : Math.max(0, Math.min(1, (dx * ux + dy * uy + dz * uz) / square));
      return norm(dx - t * ux, dy - t * uy, dz - t * uz) - (ra + t * (rb - ra));
    },
  };
}

/** The section of a tube at one height: a superellipse. */
export interface Section {
  readonly centre: readonly [number, number];
  readonly half: readonly [number, number];
}

/** Superelliptic sections that change slowly along z, ending at flat faces `from` and `to`. */
export function tube(from: number, to: number, section: (z: number) => Section, exponent: Exponent = 2): Shape {
  const box = {
    min: [Infinity, Infinity, from] as [number, number, number],
    max: [-Infinity, -Infinity, to] as [number, number, number],
  };
  for (let i = 0; i <= 64; i++) {
    const { centre, half } = section(from + ((to - from) * i) / 64);
    for (const axis of [0, 1] as const) {
      box.min[axis] = Math.min(box.min[axis], centre[axis] - half[axis] - 1);
      box.max[axis] = Math.max(box.max[axis], centre[axis] + half[axis] + 1);
    }
  }
  let [height, current] = [Number.NaN, section(from)];
  return {
    box,
    distance: (x, y, z) => {
      if (z !== height) [height, current] = [z, section(Math.max(from, Math.min(to, z)))];
      const { centre, half } = current;
      const side = normDistance(
        (x - centre[0]) / half[0],
        (y - centre[1]) / half[1],
        0,
        [half[0], half[1], Math.min(half[0], half[1])],
        exponent,
      );
      return Math.max(side, from - z, z - to);
    },
  };
}

/** Circular cylinder along z, `half` mm to both sides of its centre. */
export const cylinder = ([x, y, z]: Vec3, radius: number, half: number): Shape =>
  tube(z - half, z + half, () => ({ centre: [x, y], half: [radius, radius] }));

/** Cuboid; exact. */
export function cuboid(min: Vec3, max: Vec3): Shape {
  return {
    box: { min, max },
    distance: (x, y, z) => {
      const [dx, dy, dz] = [
        Math.max(min[0] - x, x - max[0]),
        Math.max(min[1] - y, y - max[1]),
        Math.max(min[2] - z, z - max[2]),
      ];
      return norm(Math.max(dx, 0), Math.max(dy, 0), Math.max(dz, 0)) + Math.min(0, Math.max(dx, dy, dz));
    },
  };
}

/** A ring sector along z: radii `inner`..`outer`, `halfAngle` degrees to both sides of anterior (−y), half length `half`. */
export function ringSector(centre: Vec3, inner: number, outer: number, halfAngle: number, half: number): Shape {
  const limit = (halfAngle * Math.PI) / 180;
  return {
    box: around(centre, [outer, outer, half]),
    distance: (px, py, pz) => {
      const [x, y] = [px - centre[0], py - centre[1]];
      const r = Math.sqrt(x * x + y * y);
      const beyond = Math.atan2(Math.abs(x), -y) - limit;
      const side = r * Math.sin(Math.max(-Math.PI / 2, Math.min(Math.PI / 2, beyond)));
      return Math.max(inner - r, r - outer, side, Math.abs(pz - centre[2]) - half);
    },
  };
}

/** Exponents with cheap powers: superellipses are evaluated millions of times. */
export type Exponent = 2 | 2.5 | 3 | 4;

/** d = (f − 1)/|∇f| for the n-norm f of coordinates scaled by `radii`; outside never more than the true distance (f is convex). */
function normDistance(u: number, v: number, w: number, radii: Vec3, n: Exponent): number {
  const [a, b, c] = [Math.abs(u), Math.abs(v), Math.abs(w)];
  // aⁿ⁻¹ and its like: proportional to the gradient.
  const [pa, pb, pc] =
    n === 2 ? [a, b, c]
    : n === 2.5 ? [a * Math.sqrt(a), b * Math.sqrt(b), c * Math.sqrt(c)]
    : n === 3 ? [a * a, b * b, c * c]
    : [a * a * a, b * b * b, c * c * c]; // biome-ignore format: a table
  const sum = pa * a + pb * b + pc * c;
  const deepest = -Math.min(radii[0], radii[1], radii[2]);
  if (sum < 1e-12) return deepest;
  const f = n === 2 ? Math.sqrt(sum) : n === 4 ? Math.sqrt(Math.sqrt(sum)) : sum ** (1 / n);
  const [ga, gb, gc] = [pa / radii[0], pb / radii[1], pc / radii[2]];
  return Math.max(deepest, ((f - 1) * sum) / (f * Math.sqrt(ga * ga + gb * gb + gc * gc)));
}

/** √(x² + y² + z²): several times faster than Math.hypot, and nothing here can overflow. */
const norm = (x: number, y: number, z: number): number => Math.sqrt(x * x + y * y + z * z);

const around = (c: Vec3, r: Vec3): Box => ({
  min: [c[0] - r[0], c[1] - r[1], c[2] - r[2]],
  max: [c[0] + r[0], c[1] + r[1], c[2] + r[2]],
});

/** Rows of Rz·Ry·Rx. */
function rotationRows(turn: Vec3): number[] {
  const [x, y, z] = turn.map((angle) => (angle * Math.PI) / 180);
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(x), Math.sin(x), Math.cos(y), Math.sin(y), Math.cos(z), Math.sin(z)];
  return [
    cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx,
    sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx,
    -sy, cy * sx, cy * cx,
  ]; // biome-ignore format: a matrix reads as rows
}
