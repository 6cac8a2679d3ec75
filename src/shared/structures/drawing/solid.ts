import { cross, dot, normalize, scale, subtract, type Vec3 } from '../../geometry/vec.ts';
import { axisOf, type Grid } from '../../geometry/volume.ts';
import type { EditPlane } from './brush.ts';
import { crossingsAt, indexEdges } from '../contours/edgeIndex.ts';
import { combineRings, reversed, type Ring } from '../contours/rings.ts';

/** A plane something is drawn on: LPS = a·u + b·v + offset·normal with normal = u × v, all unit vectors. */
export type DrawPlane = Pick<EditPlane, 'u' | 'v' | 'normal' | 'offset'>;

type Axes = Pick<DrawPlane, 'u' | 'v'>;

/** A body in patient space that slices of an image can be asked for: what a drawing tool adds to a ROI or cuts from it. */
export interface Solid {
  /** Lowest and highest dot(point, direction) of the body, mm, for a unit direction. */
  extent(direction: Vec3): readonly [number, number];
  /** Its section by a plane in the plane's (u, v), mm: outer rings counter-clockwise, holes clockwise. */
  section(plane: DrawPlane): Ring[];
}

/** Bands in the drawn plane thinner than this are cut as a line, mm: what is lost by that is thinner still. */
const LINE_CUT = 0.05;
/** cos of the angle below which two planes are parallel. */
const PARALLEL = 1 - 1e-6;
/** A slice exactly on the face of a slab belongs to the slab on one side only, mm. */
const FACE = 1e-3;

/** First and last slice k of the grid that a solid can reach. */
export function slicesReached(solid: Solid, grid: Grid): readonly [number, number] {
  const normal = axisOf(grid, 2);
  const [low, high] = solid.extent(normal);
  const origin = dot(grid.origin, normal);
  return [
    Math.max(0, Math.ceil((low - origin) / grid.spacing[2] - 1e-6)),
    Math.min(grid.dims[2] - 1, Math.floor((high - origin) / grid.spacing[2] + 1e-6)),
  ];
}

/**
 * A shape drawn on any plane as a slab `thickness` mm thick about that plane (a prism). `rings` in the plane's (u, v), outers
 * counter-clockwise and holes clockwise as normaliseRings gives them. Sections are exact: the prism's faces cut by the slice.
 */
export function extrudedSolid(plane: DrawPlane, rings: readonly Ring[], thickness: number): Solid {
  const faces = [plane.offset - thickness / 2, plane.offset + thickness / 2] as const;
  let turned: TurnedRings | undefined;
  return {
    extent(direction) {
      let [low, high] = [Infinity, -Infinity];
      const [a, b, c] = [dot(plane.u, direction), dot(plane.v, direction), dot(plane.normal, direction)];
      for (const ring of rings)
        for (let i = 0; i < ring.length; i += 2) {
          const along = ring[i] * a + ring[i + 1] * b;
          if (along < low) low = along;
          if (along > high) high = along;
        }
      const ends = [faces[0] * c, faces[1] * c];
      return [low + Math.min(...ends), high + Math.max(...ends)];
    },
    section(slice) {
      const cosine = dot(plane.normal, slice.normal);
      if (Math.abs(cosine) > PARALLEL) {
        const at = slice.offset * Math.sign(cosine);
        return at >= faces[0] + FACE && at < faces[1] + FACE ? mapped(rings, plane, slice) : [];
      }
      if (turned === undefined || turned.normal !== slice.normal) turned = turnRings(plane, rings, slice.normal);
      return slabSection(turned, plane, slice, faces);
    },
  };
}

/** The drawn rings with their first coordinate along the line where the drawn plane meets the slices, the second up across them. */
interface TurnedRings {
  readonly normal: Vec3;
  readonly rings: readonly Ring[];
  readonly edges: ReturnType<typeof indexEdges>;
  /** Unit vectors: along the common line; in the slice, away from the drawn plane. */
  readonly along: Vec3;
  readonly away: Vec3;
  readonly sine: number;
  readonly cosine: number;
}

function turnRings(plane: DrawPlane, rings: readonly Ring[], normal: Vec3): TurnedRings {
  const cosine = dot(plane.normal, normal);
  const along = normalize(cross(normal, plane.normal));
  const up = normalize(subtract(normal, scale(plane.normal, cosine)));
  const away = normalize(subtract(plane.normal, scale(normal, cosine)));
  const [ru, rv, qu, qv] = [dot(plane.u, along), dot(plane.v, along), dot(plane.u, up), dot(plane.v, up)];
  const turned = rings.map((ring) =>
    ring.map((_, i) => (i % 2 === 0 ? ring[i] * ru + ring[i + 1] * rv : ring[i - 1] * qu + ring[i] * qv)),
  );
  return { normal, rings: turned, edges: indexEdges(turned, 1), along, away, cosine, sine: Math.sqrt(1 - cosine ** 2) };
}

/**
 * With r along the common line, q up in the drawn plane and c along its normal, a point lies at height w = q·sin + c·cos over the
 * slices, and in the slice at s = (c − w·cos)/sin from the common direction. The slab's faces bound c, and so q and s.
 */
function slabSection(
  { rings, edges, along, away, sine, cosine }: TurnedRings,
  plane: DrawPlane,
  slice: DrawPlane,
  faces: readonly [number, number],
): Ring[] {
  const w = slice.offset;
  const across = (c: number): number => (c - w * cosine) / sine;
  const [s0, s1] = faces.map(across);
  const onSlice = { u: along, v: away };
  const [q0, q1] = faces.map((c) => (w - c * cosine) / sine).sort((a, b) => a - b);
  if (q1 - q0 < LINE_CUT) {
    const at = crossingsAt(edges, (w - plane.offset * cosine) / sine, 1);
    const strips: Ring[] = [];
    for (let i = 0; i + 1 < at.length; i += 2)
      strips.push(Float64Array.of(at[i], s0, at[i + 1], s0, at[i + 1], s1, at[i], s1));
    return mapped(strips, onSlice, slice);
  }
  const far = 1e5;
  const band = Float64Array.of(-far, q0, far, q0, far, q1, -far, q1);
  const cut = combineRings('intersect', rings, [band]).map((ring) =>
    ring.map((value, i) => (i % 2 === 0 ? value : across((w - value * sine) / cosine))),
  );
  // Seen from the slice the drawn plane is stretched, and mirrored when q and s run against each other (s falls with q·cos).
  return mapped(cosine > 0 ? cut.map(reversed) : cut, onSlice, slice);
}

/** Rings of one plane in the (u, v) of a parallel one; their sense of rotation follows the mirror image. */
function mapped(rings: readonly Ring[], from: Axes, to: Axes): Ring[] {
  const [uu, uv, vu, vv] = [dot(from.u, to.u), dot(from.u, to.v), dot(from.v, to.u), dot(from.v, to.v)];
  const moved = rings.map((ring) => {
    const out = new Float64Array(ring.length);
    for (let i = 0; i < ring.length; i += 2) {
      out[i] = ring[i] * uu + ring[i + 1] * vu;
      out[i + 1] = ring[i] * uv + ring[i + 1] * vv;
    }
    return out;
  });
  return uu * vv - uv * vu < 0 ? moved.map(reversed) : moved;
}
