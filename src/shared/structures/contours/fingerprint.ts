import { POINTS_PER_MM } from '../../dicom/structures/contourData.ts';
import type { Contour } from '../../model/structures.ts';

const TYPES: readonly Contour['type'][] = [
  'CLOSED_PLANAR', 'CLOSEDPLANAR_XOR', 'OPEN_PLANAR', 'OPEN_NONPLANAR', 'POINT',
]; // biome-ignore format: a list

/** Contours are immutable and survive the edits of others: an edit of one slice costs the hash of that slice. */
const known = new WeakMap<Contour, readonly [number, number]>();

/**
 * 64 bits, in hexadecimal, that tell contours apart, in order and as finely as a structure set stores them (image references do not
 * count). It finds changes; it is no proof against intent.
 */
export function contoursFingerprint(contours: readonly Contour[]): string {
  let [a, b] = [SEED_A, SEED_B];
  for (const contour of contours) {
    let hash = known.get(contour);
    if (hash === undefined) {
      hash = hashOf(contour);
      known.set(contour, hash);
    }
    a = mix(a, hash[0]);
    b = mix(b, hash[1]);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

const [SEED_A, SEED_B] = [0x243f6a88, 0x85a308d3];

function hashOf({ type, points }: Contour): readonly [number, number] {
  let a = mix(SEED_A, TYPES.indexOf(type));
  let b = mix(SEED_B, points.length);
  for (const value of points) {
    const unit = Math.round(value * POINTS_PER_MM);
    a = mix(a, unit);
    b = mix(b, unit ^ 0x5bd1e995);
  }
  return [a, b];
}

/** One word more in a 32-bit hash: the mixing step of MurmurHash3 (A. Appleby, public domain) with its finisher's multiplication. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return Math.imul(Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64, 0x85ebca6b) ^ (h >>> 11);
}
