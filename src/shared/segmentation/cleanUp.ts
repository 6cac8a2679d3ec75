import { IsocenterError } from '../contract/errors.ts';
import type { Grid } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import { combineContours } from '../structures/contours/boolean.ts';
import { expandContours } from '../structures/margins/margin.ts';
import { areaOf, boundsOf, combineRings, normaliseRings, type Ring, signedArea } from '../structures/contours/rings.ts';
import { adjacent, joined, overlap, type Part, partsOf, piecesOf, stackOf, withPlanes } from './parts.ts';

export interface CleanUp {
  /** Contours of slices where nothing changed are the objects that came in. */
  readonly contours: Contour[];
  /** How many parts or holes went. */
  readonly count: number;
  /** What they held, cm³. */
  readonly volume: number;
}

export interface SpeckOptions {
  /** Parts smaller than this go, cm³. */
  readonly smallest?: number;
  /** Only so many of the largest stay. */
  readonly keep?: number;
}

/**
 * Takes away small parts of a structure: pieces that touch from slice to slice are one part. Computed on the polygons themselves,
 * so what stays is exactly what was there.
 * @throws IsocenterError USAGE when nothing would be left; GEOMETRY as stackContours
 */
export function removeSpecks(
  contours: readonly Contour[],
  grid: Grid,
  { smallest = 0, keep = Infinity }: SpeckOptions,
): CleanUp {
  const stack = stackOf(contours, grid);
  const parts = partsOf(stack);
  const stays = (part: Part, rank: number): boolean => rank < keep && part.volume >= smallest;
  const gone = parts.filter((part, rank) => !stays(part, rank));
  if (gone.length === 0) return { contours: [...contours], count: 0, volume: 0 };
  if (gone.length === parts.length)
    throw new IsocenterError('USAGE', `its largest part has ${parts[0].volume.toFixed(2)} cm³: nothing would be left`);
  const touched = new Set(gone.flatMap(({ pieces }) => pieces.map(({ plane }) => plane)));
  const changed = new Map<number, Ring[]>([...touched].map((plane) => [plane, []]));
  for (const { pieces } of parts.filter(stays))
    for (const { plane, outer, holes } of pieces) changed.get(plane)?.push(outer, ...holes);
  return {
    contours: withPlanes(contours, stack, changed),
    count: gone.length,
    volume: gone.reduce((sum, { volume }) => sum + volume, 0),
  };
}

/** The parts' volumes, largest first, cm³. */
export const partVolumes = (contours: readonly Contour[], grid: Grid): number[] =>
  partsOf(stackOf(contours, grid)).map(({ volume }) => volume);

export interface HoleOptions {
  /** Slice by slice every hole, or in space only cavities that nothing joins to the outside. */
  readonly dimension: 2 | 3;
  /** Larger holes stay: mm² (2) or cm³ (3). */
  readonly largest?: number;
}

/** Fills holes of a structure; computed on the polygons, outlines stay as they are. @throws IsocenterError GEOMETRY as stackContours */
export function fillHoles(
  contours: readonly Contour[],
  grid: Grid,
  { dimension, largest = Infinity }: HoleOptions,
): CleanUp {
  const stack = stackOf(contours, grid);
  const pieces = piecesOf(stack);
  const holes = pieces.flatMap(({ plane, holes: rings }) =>
    rings.map((ring) => ({ plane, ring, bounds: boundsOf([ring]) ?? [] })),
  );
  const thickness = (plane: number): number => stack.planes[plane].high - stack.planes[plane].low;
  const volumeOf = (n: number): number => (Math.abs(signedArea(holes[n].ring)) * thickness(holes[n].plane)) / 1000;
  let filled: number[];
  if (dimension === 2) filled = holes.flatMap(({ ring }, n) => (Math.abs(signedArea(ring)) <= largest ? [n] : []));
  else {
    const roots = cavities(stack, pieces, holes);
    const sums = new Map<number, number>();
    roots.forEach((root, n) => root !== undefined && sums.set(root, (sums.get(root) ?? 0) + volumeOf(n)));
    filled = roots.flatMap((root, n) => (root !== undefined && (sums.get(root) ?? 0) <= largest ? [n] : []));
  }
  if (filled.length === 0) return { contours: [...contours], count: 0, volume: 0 };
  const changed = new Map<number, Ring[]>();
  for (const plane of new Set(filled.map((n) => holes[n].plane))) {
    const away = new Set(filled.filter((n) => holes[n].plane === plane).map((n) => holes[n].ring));
    // What lies inside a filled hole (an island) is swallowed by it.
    const rings = normaliseRings(stack.planes[plane].rings).filter((ring) => !sameAsAny(ring, away));
    changed.set(plane, combineRings('union', rings, [...away].map(turned)));
  }
  return {
    contours: withPlanes(contours, stack, changed),
    count: filled.length,
    volume: filled.reduce((sum, n) => sum + volumeOf(n), 0),
  };
}

const sameAsAny = (ring: Ring, others: ReadonlySet<Ring>): boolean =>
  [...others].some((other) => other.length === ring.length && other.every((value, n) => value === ring[n]));

/** A ring the other way round. */
const turned = (ring: Ring): Ring => {
  const back = new Float64Array(ring.length);
  for (let i = 0; i < ring.length; i += 2) back.set(ring.subarray(ring.length - 2 - i, ring.length - i), i);
  return back;
};

/** For each hole the cavity it belongs to; undefined where the cavity is open to the outside. */
function cavities(
  stack: ReturnType<typeof stackOf>,
  pieces: ReturnType<typeof piecesOf>,
  holes: readonly { plane: number; ring: Ring; bounds: readonly number[] }[],
): (number | undefined)[] {
  const pairs: [number, number][] = [];
  const open = new Set<number>();
  holes.forEach((hole, n) => {
    for (const side of [-1, 1]) {
      const plane = hole.plane + side;
      if (!adjacent(stack, Math.min(hole.plane, plane)) || plane < 0) {
        open.add(n);
        continue;
      }
      const outers = pieces.filter((piece) => piece.plane === plane).map(({ outer }) => outer);
      const uncovered = areaOf(combineRings('subtract', [turned(hole.ring)], outers));
      if (uncovered > 0.01) open.add(n);
      holes.forEach((other, m) => {
        if (m > n && other.plane === plane && overlap(hole, other, () => [[turned(hole.ring)], [turned(other.ring)]]))
          pairs.push([n, m]);
      });
    }
  });
  const roots = joined(holes.length, pairs);
  const openRoots = new Set([...open].map((n) => roots[n]));
  return roots.map((root) => (openRoots.has(root) ? undefined : root));
}

/** The wall of a structure: what lies within `thickness` mm of its surface. @throws IsocenterError as expandContours */
export function hollowOut(contours: readonly Contour[], thickness: number, grid: Grid): Contour[] {
  if (!(thickness > 0)) throw new IsocenterError('USAGE', 'a wall has a thickness above 0 mm');
  return combineContours('subtract', contours, expandContours(contours, -thickness, grid), grid);
}
