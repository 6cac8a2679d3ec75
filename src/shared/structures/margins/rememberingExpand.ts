import type { Contour } from '../../model/structures.ts';
import { contoursFingerprint } from '../contours/fingerprint.ts';
import { expandContours } from './margin.ts';

export type Expand = typeof expandContours;

/** Margins remembered: of a skin, the lungs and some targets. */
const REMEMBERED = 12;

/**
 * `expandContours` that remembers its last results: where a target is cropped from the skin, the skin is the same edit after edit. What
 * it gives away are copies.
 */
export function rememberingExpand(expand: Expand = expandContours): Expand {
  const known = new Map<string, readonly Contour[]>();
  return (contours, mm, grid) => {
    const { dims, spacing, origin, direction } = grid;
    const key = JSON.stringify([mm, dims, spacing, origin, direction, contoursFingerprint(contours)]);
    const made = known.get(key) ?? expand(contours, mm, grid);
    known.delete(key);
    known.set(key, made);
    for (const [oldest] of known) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return made.map((contour) => ({ ...contour, points: contour.points.slice() }));
  };
}
