/** Corner c of a cell lies at (c & 1, c >> 1 & 1, c >> 2 & 1). Each edge joins two corners that differ in one bit; its axis is that bit's. */
export const CUBE_EDGES: readonly (readonly [from: number, to: number])[] = [1, 2, 4].flatMap((bit) =>
  [0, 1, 2, 3, 4, 5, 6, 7].filter((corner) => (corner & bit) === 0).map((corner) => [corner, corner | bit] as const),
);

/** The corners of each face in turn, counter-clockwise as seen from outside the cell. */
const FACES = [
  [0, 4, 6, 2],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 2, 3, 1],
  [4, 5, 7, 6],
] as const;

const edgeBetween = (a: number, b: number): number =>
  CUBE_EDGES.findIndex(([from, to]) => (from === a && to === b) || (from === b && to === a));

const isOnFace = (edge: number, face: readonly number[]): boolean =>
  face.includes(CUBE_EDGES[edge][0]) && face.includes(CUBE_EDGES[edge][1]);

/**
 * Triangles by case of marching cubes (Lorensen and Cline, Computer Graphics 21 (1987) 163): for the corners inside (one bit each) the
 * edges the triangles' vertices lie on, three a triangle, counter-clockwise as seen from outside the body. Derived rather than
 * tabulated: on each face every run of inside corners is cut off by one segment, so two inside corners across a face stay apart
 * whichever cell looks at it, and surfaces of neighbouring cells meet without gaps; the segments of a cell close to loops.
 */
export const CUBE_CASES: readonly Uint8Array[] = Array.from({ length: 256 }, (_, inside) =>
  Uint8Array.from(loopsOf(inside).flatMap(fanOf)),
);

function loopsOf(inside: number): number[][] {
  const isIn = (corner: number): boolean => ((inside >> corner) & 1) === 1;
  const next = new Map<number, number>();
  for (const face of FACES)
    for (let i = 0; i < 4; i++) {
      const entry = face[(i + 3) % 4];
      if (isIn(entry) || !isIn(face[i])) continue;
      let last = i;
      while (isIn(face[(last + 1) % 4])) last++;
      next.set(edgeBetween(entry, face[i]), edgeBetween(face[last % 4], face[(last + 1) % 4]));
    }
  const loops: number[][] = [];
  while (next.size > 0) {
    const loop: number[] = [];
    let [edge] = next.keys();
    for (let to = next.get(edge); to !== undefined; to = next.get(edge)) {
      loop.push(edge);
      next.delete(edge);
      edge = to;
    }
    loops.push(loop);
  }
  return loops;
}

/** A loop as a fan from a vertex whose diagonals do not run along a face, where the neighbouring cell might have one too. */
function fanOf(loop: readonly number[]): number[] {
  const turned = loop.map((_, start) => [...loop.slice(start), ...loop.slice(0, start)]);
  const alongFace = ([apex, ...others]: readonly number[]): number =>
    others.slice(1, -1).filter((edge) => FACES.some((face) => isOnFace(apex, face) && isOnFace(edge, face))).length;
  const best = turned.reduce((a, b) => (alongFace(b) < alongFace(a) ? b : a));
  const triangles: number[] = [];
  for (let i = 1; i + 1 < best.length; i++) triangles.push(best[0], best[i], best[i + 1]);
  return triangles;
}
