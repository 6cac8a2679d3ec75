import { Clipper, EndType, JoinType } from 'clipper2-ts';
import { combineRings, mergeRings, type Ring, simplifyRings } from '../../../structures/contours/rings.ts';

/** mm towards the sides of the collimator; below 0 shrinks. */
export interface SideMargins {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

export type ApertureMargin = number | SideMargins;

/** Corners of the quarter ellipses between the sides. */
const QUARTER = 8;
/** Rounded corners leave the true arc by less than this, mm; an outline is simplified by as much before it is swept. */
const ARC = 0.02;

/**
 * An area grown by a margin, between the sides by quarter ellipses; sides below 0 shrink it, after the others have grown it. `rings`
 * as `combineRings` gives them: outers counter-clockwise, holes clockwise.
 */
export function growRings(rings: readonly Ring[], margin: ApertureMargin): readonly Ring[] {
  const sides = typeof margin === 'number' ? { x1: margin, x2: margin, y1: margin, y2: margin } : margin;
  const { x1, x2, y1, y2 } = sides;
  if (x1 === x2 && x2 === y1 && y1 === y2) return inflated(rings, x1);
  const part = (sign: number): SideMargins => ({
    x1: Math.max(0, sign * x1),
    x2: Math.max(0, sign * x2),
    y1: Math.max(0, sign * y1),
    y2: Math.max(0, sign * y2),
  });
  const [grow, shrink] = [part(1), part(-1)];
  const fewer = simplifyRings(rings, ARC);
  const grown = isNone(grow) ? rings : mergeRings([...rings, ...sweeps(fewer, quarterEllipses(grow))]);
  if (isNone(shrink)) return grown;
  // To shrink from a side is to grow what lies outside of it towards the opposite one.
  const turned = { x1: shrink.x2, x2: shrink.x1, y1: shrink.y2, y2: shrink.y1 };
  return combineRings('subtract', grown, mergeRings(sweeps(simplifyRings(grown, ARC), quarterEllipses(turned))));
}

const isNone = ({ x1, x2, y1, y2 }: SideMargins): boolean => x1 + x2 + y1 + y2 === 0;

function inflated(rings: readonly Ring[], mm: number): readonly Ring[] {
  if (mm === 0) return rings;
  const paths = rings.map((ring) => {
    const path = [];
    for (let i = 0; i < ring.length; i += 2) path.push({ x: ring[i], y: ring[i + 1] });
    return path;
  });
  return Clipper.inflatePathsD(paths, mm, JoinType.Round, EndType.Polygon, 2, 4, ARC)
    .filter((path) => path.length > 2)
    .map((path) => Float64Array.from(path.flatMap(({ x, y }) => [x, y])));
}

/** A convex outline about the origin, counter-clockwise; corners lie outside of the ellipse as much as edges lie inside. */
function quarterEllipses({ x1, x2, y1, y2 }: SideMargins): Ring {
  const step = Math.PI / 2 / QUARTER;
  const out = 2 / (1 + Math.cos(step / 2));
  const points: number[] = [];
  for (let n = 0; n < 4 * QUARTER; n++) {
    // The corners at the sides themselves stay on them.
    const size = n % QUARTER === 0 ? 1 : out;
    const [c, s] = [Math.cos(n * step), Math.sin(n * step)];
    points.push(size * c * (c >= 0 ? x2 : x1), size * s * (s >= 0 ? y2 : y1));
  }
  return Float64Array.from(points);
}

/** What a convex `pattern` sweeps as its origin goes along every edge. */
function sweeps(rings: readonly Ring[], pattern: Ring): Ring[] {
  const swept: Ring[] = [];
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [dx, dy] = [ring[i] - ring[j], ring[i + 1] - ring[j + 1]];
      const hull: number[] = [];
      for (let k = 0; k < pattern.length; k += 2) {
        const next = (k + 2) % pattern.length;
        const [ex, ey] = [pattern[next] - pattern[k], pattern[next + 1] - pattern[k + 1]];
        // An edge that looks forwards lies at the end of the way, one that looks back at its beginning.
        const from = ey * dx - ex * dy >= 0 ? i : j;
        hull.push(pattern[k] + ring[from], pattern[k + 1] + ring[from + 1]);
        hull.push(pattern[next] + ring[from], pattern[next + 1] + ring[from + 1]);
      }
      swept.push(Float64Array.from(hull));
    }
  return swept;
}
