import { dot, subtract, type Vec3 } from '../../geometry/vec.ts';
import type { Solid } from './solid.ts';

/** Largest distance of a section's outline from the true one, mm. */
const SAG = 0.02;

/**
 * What a ball of `radius` mm covers on its straight way from one point to another (a capsule). A section of it is convex, so it is
 * given by its support points: for each direction θ the furthest of the discs that the ball leaves on the plane on its way,
 * max over t of t·(Δ·θ) + √(r² − y(t)²), y being the plane's height over the ball's centre; the maximum has a closed form.
 */
export function sweptBall(from: Vec3, to: Vec3, radius: number): Solid {
  const count = Math.max(16, Math.ceil(Math.PI / Math.acos(Math.max(0, 1 - SAG / radius))));
  const circle = Array.from({ length: count }, (_, i): readonly [number, number] => {
    const angle = (2 * Math.PI * i) / count;
    return [Math.cos(angle), Math.sin(angle)];
  });
  return {
    extent(direction) {
      const [a, b] = [dot(from, direction), dot(to, direction)];
      return [Math.min(a, b) - radius, Math.max(a, b) + radius];
    },
    section(plane) {
      const step = subtract(to, from);
      const rise = dot(step, plane.normal);
      const under = plane.offset - dot(from, plane.normal);
      const [first, last] = wayInReach(under, rise, radius);
      if (!(first <= last)) return [];
      const [u, v] = [dot(from, plane.u), dot(from, plane.v)];
      const [du, dv] = [dot(step, plane.u), dot(step, plane.v)];
      const ring = new Float64Array(2 * count);
      circle.forEach(([x, y], i) => {
        const forward = du * x + dv * y;
        const t = Math.min(last, Math.max(first, furthest(forward, rise, under, radius)));
        const disc = Math.sqrt(Math.max(0, radius ** 2 - (under - t * rise) ** 2));
        ring[2 * i] = u + t * du + disc * x;
        ring[2 * i + 1] = v + t * dv + disc * y;
      });
      return [ring];
    },
  };
}

/** The part 0…1 of the way on which the ball reaches the plane; first > last where it never does. */
function wayInReach(under: number, rise: number, radius: number): readonly [number, number] {
  if (Math.abs(rise) < 1e-9) return Math.abs(under) < radius ? [0, 1] : [1, 0];
  const [a, b] = [(under - radius) / rise, (under + radius) / rise];
  return [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
}

/** Where on the (unbounded) way the disc reaches furthest ahead: y/√(r² − y²) = −forward/rise. */
function furthest(forward: number, rise: number, under: number, radius: number): number {
  if (Math.abs(rise) < 1e-9) return forward > 0 ? 1 : 0;
  const slope = -forward / rise;
  return (under - (radius * slope) / Math.sqrt(1 + slope ** 2)) / rise;
}
