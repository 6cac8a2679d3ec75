import type { Grid } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import {
  areaOf,
  boundsOf,
  combineRings,
  isInside,
  normaliseRings,
  type Ring,
  signedArea,
} from '../structures/contours/rings.ts';
import { type ContourStack, isClosed, ringToPatient, stackContours } from '../structures/contours/stack.ts';

/** One outline of a plane with the holes in it. */
export interface Piece {
  /** Index of the plane in the stack. */
  readonly plane: number;
  readonly outer: Ring;
  readonly holes: readonly Ring[];
  readonly bounds: readonly number[];
}

/** Pieces that touch each other from plane to plane: one part of a structure in three dimensions. */
export interface Part {
  readonly pieces: readonly Piece[];
  /** cm³ */
  readonly volume: number;
}

/** Common area below this does not join two pieces, mm². */
const TOUCH = 0.01;

export const stackOf = (contours: readonly Contour[], grid: Grid): ContourStack => stackContours(contours, { grid });

/** The pieces of every plane of a stack. */
export const piecesOf = (stack: ContourStack): Piece[] =>
  stack.planes.flatMap(({ rings }, plane) => {
    const clean = normaliseRings(rings);
    const holes = clean.filter((ring) => signedArea(ring) < 0);
    const outers = clean.filter((ring) => signedArea(ring) > 0).sort((a, b) => signedArea(a) - signedArea(b));
    const owner = holes.map((hole) => outers.find((outer) => isInside([outer], hole[0], hole[1])));
    return outers.map((outer) => ({
      plane,
      outer,
      holes: holes.filter((_, n) => owner[n] === outer),
      bounds: boundsOf([outer]) ?? [],
    }));
  });

/** Whether two things on neighbouring planes have area in common. */
export function overlap(
  a: { bounds: readonly number[] },
  b: { bounds: readonly number[] },
  rings: () => [Ring[], Ring[]],
): boolean {
  const apart =
    a.bounds[0] > b.bounds[2] || b.bounds[0] > a.bounds[2] || a.bounds[1] > b.bounds[3] || b.bounds[1] > a.bounds[3];
  return !apart && areaOf(combineRings('intersect', ...rings())) > TOUCH;
}

/** Whether plane `n` and the next one of a stack are neighbours (no gap left open between them). */
export const adjacent = ({ planes }: ContourStack, n: number): boolean =>
  n >= 0 && n + 1 < planes.length && planes[n + 1].low - planes[n].high < 1e-6;

/** Groups of indices that pairs join. */
export function joined(count: number, pairs: Iterable<readonly [number, number]>): number[] {
  const parent = Array.from({ length: count }, (_, n) => n);
  const root = (n: number): number => {
    let at = n;
    while (parent[at] !== at) at = parent[at];
    return at;
  };
  for (const [a, b] of pairs) parent[root(a)] = root(b);
  return parent.map((_, n) => root(n));
}

/** The parts of a structure, largest first. */
export function partsOf(stack: ContourStack): Part[] {
  const pieces = piecesOf(stack);
  const pairs: [number, number][] = [];
  for (let a = 0; a < pieces.length; a++)
    for (let b = a + 1; b < pieces.length && pieces[b].plane <= pieces[a].plane + 1; b++) {
      if (pieces[b].plane === pieces[a].plane || !adjacent(stack, pieces[a].plane)) continue;
      const [p, q] = [pieces[a], pieces[b]];
      if (overlap(p, q, () => [[p.outer, ...p.holes], [q.outer, ...q.holes]])) pairs.push([a, b]); // biome-ignore format: two lists
    }
  const groups = new Map<number, Piece[]>();
  joined(pieces.length, pairs).forEach((root, n) => groups.set(root, [...(groups.get(root) ?? []), pieces[n]]));
  return [...groups.values()]
    .map((members) => ({ pieces: members, volume: members.reduce((sum, piece) => sum + pieceVolume(stack, piece), 0) }))
    .sort((a, b) => b.volume - a.volume);
}

/** cm³ of the slab a piece stands for. */
function pieceVolume({ planes }: ContourStack, { plane, outer, holes }: Piece): number {
  return (areaOf([outer, ...holes]) * (planes[plane].high - planes[plane].low)) / 1000;
}

/**
 * The structure with new rings on some planes of its stack; contours of the other planes, points and open lines stay the same
 * objects.
 */
export function withPlanes(
  contours: readonly Contour[],
  stack: ContourStack,
  changed: ReadonlyMap<number, readonly Ring[]>,
): Contour[] {
  const replaced = new Set([...changed.keys()].flatMap((n) => stack.planes[n].contours));
  // A duplicate that the stack dropped lies on its twin's plane and goes with it.
  const gone = (contour: Contour): boolean =>
    replaced.has(contour) ||
    (isClosed(contour) &&
      !stack.planes.some((plane) => plane.contours.includes(contour)) &&
      contour.points.length >= 9);
  const kept = contours.filter((contour) => !gone(contour));
  const fresh = [...changed].flatMap(([n, rings]) => {
    const { offset, contours: before } = stack.planes[n];
    const reference = before.find(
      (contour) => contour.referencedSopInstanceUid !== undefined,
    )?.referencedSopInstanceUid;
    return rings.map(
      (ring): Contour => ({
        type: 'CLOSED_PLANAR',
        points: ringToPatient(stack, ring, offset),
        ...(reference === undefined ? {} : { referencedSopInstanceUid: reference }),
      }),
    );
  });
  return [...kept, ...fresh];
}
