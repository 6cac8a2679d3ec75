import type { Ring } from '#shared/structures/rings.ts';

/** Largest distance between the brush's circle and the polygon that stands for it, mm. */
const SAGITTA = 0.05;

/**
 * Outline of a disc of `radius` mm swept from one point to another, counter-clockwise, circumscribed symmetrically so that the
 * polygon's area is the disc's within 0.1 %.
 */
export function capsule(from: readonly [number, number], to: readonly [number, number], radius: number): Ring {
  const half = Math.max(6, Math.ceil(Math.PI / (2 * Math.acos(1 - Math.min(1, SAGITTA / radius)))) + 1);
  const heading = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const step = Math.PI / half;
  // A regular polygon of 2·half corners on radius r covers half·r²·sin(π/half): widened to cover π·r².
  const corner = radius * Math.sqrt(step / Math.sin(step));
  const ring: number[] = [];
  for (const [centre, start] of [
    [to, heading - Math.PI / 2],
    [from, heading + Math.PI / 2],
  ] as const)
    for (let i = 0; i <= half; i++) {
      const angle = start + i * step;
      ring.push(centre[0] + corner * Math.cos(angle), centre[1] + corner * Math.sin(angle));
    }
  return Float64Array.from(ring);
}
