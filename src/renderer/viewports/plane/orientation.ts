import type { Vec3 } from '#shared/geometry/vec.ts';

const LETTERS = [
  ['R', 'L'],
  ['A', 'P'],
  ['F', 'H'],
] as const;

/**
 * Patient orientation letters of a direction, most important first (PS3.3 C.7.6.1.1.1): L/R, A/P, H/F. Components below
 * sin 5° are left out, so an aligned direction has one letter and an oblique one two or three.
 */
export function orientationLetters(direction: Vec3): string {
  return ([0, 1, 2] as const)
    .filter((axis) => Math.abs(direction[axis]) > 0.087)
    .sort((a, b) => Math.abs(direction[b]) - Math.abs(direction[a]))
    .map((axis) => LETTERS[axis][direction[axis] > 0 ? 1 : 0])
    .join('');
}
