import { Clipper, FillRule, type PathD, type PathsD } from 'clipper2-ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';

/** A side without a device is open to here, mm at the isocenter plane. */
export const WIDEST = 500;
/** Decimal places of polygons, mm. */
const PRECISION = 3;

/** What lies open between jaws, mm at the isocenter plane: x from, x to, y from, y to. */
export function jawOpening({ positions }: ControlPoint): readonly [number, number, number, number] {
  const [x1, x2] = positions.ASYMX ?? positions.X ?? [-WIDEST, WIDEST];
  const [y1, y2] = positions.ASYMY ?? positions.Y ?? [-WIDEST, WIDEST];
  return [x1, x2, y1, y2];
}

export interface LeafPair {
  readonly layer: string;
  /** Edges across the leaves' travel and ends along it, mm at the isocenter plane. */
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
  readonly alongX: boolean;
}

/** The leaf pairs of every layer at a control point. */
export const leafPairs = (beam: Beam, { positions }: ControlPoint): LeafPair[] =>
  beam.devices.flatMap(({ type, leafBoundaries }) => {
    const ends = positions[type];
    if (!type.startsWith('MLC') || leafBoundaries === undefined || ends === undefined) return [];
    const pairs = leafBoundaries.length - 1;
    return Array.from({ length: Math.min(pairs, ends.length / 2) }, (_, n) => ({
      layer: type,
      low: leafBoundaries[n],
      high: leafBoundaries[n + 1],
      from: ends[n],
      to: ends[n + pairs],
      alongX: type !== 'MLCY',
    }));
  });

export const rectangle = (x1: number, x2: number, y1: number, y2: number): PathD => [
  { x: x1, y: y1 },
  { x: x2, y: y1 },
  { x: x2, y: y2 },
  { x: x1, y: y2 },
];

/** What a control point leaves open of a beam: within the jaws, every layer of leaves and aperture blocks, outside shielding blocks. */
export function openingAt(beam: Beam, point: ControlPoint): PathsD {
  const [x1, x2, y1, y2] = jawOpening(point);
  let open: PathsD = x1 < x2 && y1 < y2 ? [rectangle(x1, x2, y1, y2)] : [];
  const pairs = leafPairs(beam, point);
  for (const layer of new Set(pairs.map((pair) => pair.layer)))
    open = Clipper.intersectD(
      open,
      leafOpening(pairs.filter((pair) => pair.layer === layer)),
      FillRule.NonZero,
      PRECISION,
    );
  for (const { type, outline } of beam.blocks ?? []) {
    const path: PathD = Array.from({ length: outline.length / 2 }, (_, n) => ({
      x: outline[2 * n],
      y: outline[2 * n + 1],
    }));
    if (path.length < 3) continue;
    open =
      type === 'APERTURE'
        ? Clipper.intersectD(open, [path], FillRule.EvenOdd, PRECISION)
        : Clipper.differenceD(open, [path], FillRule.NonZero, PRECISION);
  }
  return open;
}

const leafOpening = (pairs: readonly LeafPair[]): PathsD =>
  Clipper.unionD(
    pairs
      .filter(({ from, to }) => to > from)
      .map(({ low, high, from, to, alongX }) =>
        alongX ? rectangle(from, to, low, high) : rectangle(low, high, from, to),
      ),
    [],
    FillRule.NonZero,
    PRECISION,
  );

/** Everything that a beam without turning gantry opens in its course. */
export function wholeOpening(beam: Beam): PathsD {
  const seen = new Set<string>();
  const parts: PathsD = [];
  for (const point of beam.controlPoints) {
    const key = JSON.stringify(point.positions);
    if (seen.has(key)) continue;
    seen.add(key);
    parts.push(...openingAt(beam, point));
  }
  return parts.length === 0 ? [] : Clipper.unionD(parts, [], FillRule.NonZero, PRECISION);
}

/** cm² */
export const areaOf = (paths: PathsD): number =>
  Math.abs(paths.reduce((sum, path) => sum + Clipper.areaD(path), 0)) / 100;

/** What of `paths` lies outside `open`. */
export const outside = (paths: PathsD, open: PathsD): PathsD =>
  Clipper.differenceD(paths, open, FillRule.NonZero, PRECISION);

/** Least distance between the vertices of an outline and the edges of an opening that holds it, mm. */
export function clearance(outline: PathsD, open: PathsD): number {
  let least = Infinity;
  for (const edgePath of open)
    for (let n = 0, last = edgePath.length - 1; n < edgePath.length; last = n, n++) {
      const [a, b] = [edgePath[last], edgePath[n]];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const square = dx * dx + dy * dy || 1;
      for (const path of outline)
        for (const { x, y } of path) {
          const t = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / square));
          least = Math.min(least, Math.hypot(x - a.x - t * dx, y - a.y - t * dy));
        }
    }
  return least;
}
