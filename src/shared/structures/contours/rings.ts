import { Clipper, ClipType, EndType, FillRule, JoinType, type Paths64 } from 'clipper2-ts';

/** A closed polygon in a contour plane: u, v of each vertex one after the other, mm; the first vertex is not repeated. */
export type Ring = Float64Array;

export type BooleanOperation = 'union' | 'intersect' | 'subtract' | 'xor';

/** Clipper works on integers: coordinates are kept to 0.1 µm, far below the 0.01 mm that DICOM decimal strings need. */
const UNITS_PER_MM = 10_000;

const CLIP: Record<BooleanOperation, ClipType> = {
  union: ClipType.Union,
  intersect: ClipType.Intersection,
  subtract: ClipType.Difference,
  xor: ClipType.Xor,
};

const toPaths = (rings: readonly Ring[]): Paths64 =>
  rings.map((ring) => {
    const path = [];
    for (let i = 0; i < ring.length; i += 2)
      path.push({ x: Math.round(ring[i] * UNITS_PER_MM), y: Math.round(ring[i + 1] * UNITS_PER_MM) });
    return path;
  });

const fromPaths = (paths: Paths64): Ring[] =>
  paths
    .filter((path) => path.length >= 3)
    .map((path) => {
      const ring = new Float64Array(path.length * 2);
      path.forEach((point, i) => {
        ring[i * 2] = point.x / UNITS_PER_MM;
        ring[i * 2 + 1] = point.y / UNITS_PER_MM;
      });
      return ring;
    });

/** Signed area in mm² (shoelace): positive when counter-clockwise in (u, v). */
export function signedArea(ring: Ring): number {
  let twice = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
    twice += ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
  return twice / 2;
}

/** The ring run the other way round. */
export function reversed(ring: Ring): Ring {
  const out = new Float64Array(ring.length);
  for (let i = 0; i < ring.length; i += 2) {
    out[i] = ring[ring.length - 2 - i];
    out[i + 1] = ring[ring.length - 1 - i];
  }
  return out;
}

/** Area in mm² of normalised rings (outers counter-clockwise, holes clockwise). */
export const areaOf = (normalised: readonly Ring[]): number =>
  normalised.reduce((sum, ring) => sum + signedArea(ring), 0);

/**
 * The even–odd interior of `rings` as clean polygons: outers counter-clockwise, holes clockwise, nothing crossing.
 * This is where nested contours become holes, XOR contours are combined and keyhole bridges disappear.
 */
export function normaliseRings(rings: readonly Ring[]): Ring[] {
  return fromPaths(Clipper.booleanOp(ClipType.Union, toPaths(rings), null, FillRule.EvenOdd));
}

/** Boolean combination of the even–odd interiors of `a` and `b`; the result is normalised. */
export function combineRings(operation: BooleanOperation, a: readonly Ring[], b: readonly Ring[]): Ring[] {
  const clip = toPaths(b);
  return fromPaths(Clipper.booleanOp(CLIP[operation], toPaths(a), clip, FillRule.EvenOdd));
}

/** Union by the non-zero rule: overlapping polygons of one orientation merge (brush strokes, unions of discs). */
export function mergeRings(rings: readonly Ring[]): Ring[] {
  return fromPaths(Clipper.booleanOp(ClipType.Union, toPaths(rings), null, FillRule.NonZero));
}

/**
 * `combineRings`, then vertices left out that lie within `mm` of the outline, and the result clean again: the three steps of an edit
 * without turning rings into Clipper's paths and back between them.
 */
export function editRings(operation: BooleanOperation, a: readonly Ring[], b: readonly Ring[], mm: number): Ring[] {
  const combined = Clipper.booleanOp(CLIP[operation], toPaths(a), toPaths(b), FillRule.EvenOdd);
  const fewer = Clipper.ramerDouglasPeuckerPaths(combined, mm * UNITS_PER_MM);
  return fromPaths(Clipper.booleanOp(ClipType.Union, fewer, null, FillRule.EvenOdd));
}

/** Fewer vertices, none of those left out further than `mm` from the new outline (Ramer 1972, Douglas and Peucker 1973). */
export function simplifyRings(rings: readonly Ring[], mm: number): Ring[] {
  return fromPaths(Clipper.ramerDouglasPeuckerPaths(toPaths(rings), mm * UNITS_PER_MM));
}

/** The area a disc of `radius` mm sweeps along an open path (u, v …); a single point gives the disc. */
export function sweepDisc(path: Ring, radius: number): Ring[] {
  const [open] = toPaths([path]);
  return fromPaths(
    Clipper.inflatePaths([open], radius * UNITS_PER_MM, JoinType.Round, EndType.Round, 2, 0.01 * UNITS_PER_MM),
  );
}

/** Bounds of rings as [uMin, vMin, uMax, vMax]; undefined without vertices. */
export function boundsOf(rings: readonly Ring[]): [number, number, number, number] | undefined {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings)
    for (let i = 0; i < ring.length; i += 2) {
      box[0] = Math.min(box[0], ring[i]);
      box[1] = Math.min(box[1], ring[i + 1]);
      box[2] = Math.max(box[2], ring[i]);
      box[3] = Math.max(box[3], ring[i + 1]);
    }
  return box[0] <= box[2] ? box : undefined;
}

/** Whether (u, v) lies inside by the even–odd rule. */
export function isInside(rings: readonly Ring[], u: number, v: number): boolean {
  let inside = false;
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
      if (ring[i + 1] > v !== ring[j + 1] > v) {
        const crossing = ring[i] + ((v - ring[i + 1]) * (ring[j] - ring[i])) / (ring[j + 1] - ring[i + 1]);
        if (u < crossing) inside = !inside;
      }
  return inside;
}

/** Slots of a hash table of vertices, and the ring that filled each last: kept, so that a ring costs no allocation. */
let slots = { vertex: new Int32Array(0), owner: new Int32Array(0) };
let owner = 0;

/** Whether a ring passes through one of its vertices twice, as the channel of a keyhole does on its way back. */
export function touchesItself(ring: Ring): boolean {
  let size = 256;
  while (size < ring.length) size *= 2;
  if (slots.vertex.length < size) slots = { vertex: new Int32Array(size), owner: new Int32Array(size) };
  owner++;
  const { vertex, owner: owners } = slots;
  for (let i = 0; i < ring.length; i += 2) {
    let slot =
      (Math.imul(Math.round(ring[i] * 1000), 73_856_093) ^ Math.imul(Math.round(ring[i + 1] * 1000), 19_349_663)) &
      (size - 1);
    for (; owners[slot] === owner; slot = (slot + 1) & (size - 1)) {
      const other = vertex[slot];
      if (ring[other] === ring[i] && ring[other + 1] === ring[i + 1]) return true;
    }
    owners[slot] = owner;
    vertex[slot] = i;
  }
  return false;
}
