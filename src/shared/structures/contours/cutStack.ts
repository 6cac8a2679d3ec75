import { add, dot, scale, subtract, type Vec3 } from '../../geometry/vec.ts';
import { crossingsAt, type EdgeIndex, indexEdges } from './edgeIndex.ts';
import { linkPlanes, type SectionRow } from './linkPlanes.ts';
import { boundsOf, type Ring } from './rings.ts';
import { blendRow } from './rowBlend.ts';

/** Rings of one plane ready to be crossed by lines. */
export interface CutRings {
  readonly rings: readonly Ring[];
  readonly bounds: readonly [number, number, number, number];
  /** Edges by u and by v, for cuts along the plane's axes (the usual sagittal and coronal ones). */
  readonly byU: EdgeIndex;
  readonly byV: EdgeIndex;
}

export const cutRings = (rings: readonly Ring[]): CutRings => ({
  rings,
  bounds: boundsOf(rings) ?? ([0, 0, 0, 0] as const),
  byU: indexEdges(rings, 0),
  byV: indexEdges(rings, 1),
});

/** A contour plane that stands for the slab low ≤ w < high; `crossings` where it differs from its own rings'. */
export interface CutPlane extends Partial<CutRings> {
  readonly offset: number;
  readonly low: number;
  readonly high: number;
  /** Sorted t along the line a·u + b·v = s where the interior begins and ends. */
  readonly crossings?: (a: number, b: number, s: number) => readonly number[];
}

interface Frame {
  readonly u: Vec3;
  readonly v: Vec3;
  readonly normal: Vec3;
}

/** cos of the tilt below which planes cut the contours steeply enough to link one crossing a contour plane (45°). */
const STEEP = Math.SQRT1_2;
/** Rows of a flatter cut are this far apart, mm, unless there would be more than ROWS. */
const ROW = 0.5;
const ROWS = 800;

/**
 * Closed outlines (LPS mm, xyz) where a plane through `point` with unit `normal`, not parallel to the contour planes, cuts them.
 * Along the direction that the cut and the contour planes have in common it is a set of rows of crossings, linked by straight lines:
 * steeper than 45° one row a contour plane; flatter, rows every half millimetre, each blended between the contours above and below.
 */
export function cutStack(frame: Frame, planes: readonly CutPlane[], point: Vec3, normal: Vec3): Float64Array[] {
  const { u, v, normal: n } = frame;
  if (planes.length === 0) return [];
  const cosine = dot(normal, n);
  const sine = Math.hypot(dot(normal, u), dot(normal, v));
  // In the contour plane at w the cut is the line a·u + b·v = s(w), with t running along it.
  const a = dot(normal, u) / sine;
  const b = dot(normal, v) / sine;
  const c = dot(normal, point);
  const along = add(scale(u, -b), scale(v, a));
  const lineAt = (w: number): number => (c - w * cosine) / sine;
  const crossings = (plane: CutPlane, s: number): readonly number[] =>
    plane.crossings === undefined ? crossingsOf(plane, a, b, s) : plane.crossings(a, b, s);
  if (Math.abs(cosine) < STEEP) {
    const across = add(scale(u, a), scale(v, b));
    const rows = planes.map(
      (plane): SectionRow => ({
        offset: plane.offset,
        low: plane.low,
        high: plane.high,
        crossings: crossings(plane, lineAt(plane.offset)),
      }),
    );
    return linkPlanes(rows).map((line) =>
      placed(line, (t, w) => add(scale(along, t), add(scale(across, lineAt(w)), scale(n, w)))),
    );
  }
  // Up in the cutting plane: q, with w = q·sine + c·cosine.
  const up = scale(subtract(n, scale(normal, cosine)), 1 / sine);
  const heightAt = (q: number): number => q * sine + c * cosine;
  const [q0, q1] = reachOf(planes, a, b, c, cosine, sine);
  if (!(q0 < q1)) return [];
  const step = Math.max(ROW, (q1 - q0) / ROWS);
  const rows: SectionRow[] = [];
  let i = 0;
  for (let q = q0 + step / 2; q < q1; q += step) {
    const w = heightAt(q);
    while (i + 1 < planes.length && w >= planes[i].high) i++;
    const low = q - step / 2;
    rows.push({ offset: q, low, high: low + step, crossings: blendRow(planes, i, w, (p) => crossings(p, lineAt(w))) });
  }
  const foot = scale(normal, c);
  return linkPlanes(rows).map((line) => placed(line, (t, q) => add(foot, add(scale(along, t), scale(up, q)))));
}

/** The part of the cutting plane, along q, that the slabs and the extent of the rings leave. */
function reachOf(
  planes: readonly CutPlane[],
  a: number,
  b: number,
  c: number,
  cosine: number,
  sine: number,
): readonly [number, number] {
  let [s0, s1] = [Infinity, -Infinity];
  for (const { bounds } of planes) {
    if (bounds === undefined) continue;
    const [u0, v0, u1, v1] = bounds;
    s0 = Math.min(s0, Math.min(a * u0, a * u1) + Math.min(b * v0, b * v1));
    s1 = Math.max(s1, Math.max(a * u0, a * u1) + Math.max(b * v0, b * v1));
  }
  const ends = [(c * sine - s0) / cosine, (c * sine - s1) / cosine];
  const [low, high] = [planes[0].low, planes[planes.length - 1].high].map((w) => (w - c * cosine) / sine);
  return [Math.max(low, Math.min(...ends)), Math.min(high, Math.max(...ends))];
}

function placed(line: readonly number[], toPatient: (t: number, w: number) => Vec3): Float64Array {
  const points = new Float64Array((line.length / 2) * 3);
  for (let i = 0; i < line.length / 2; i++) points.set(toPatient(line[2 * i], line[2 * i + 1]), 3 * i);
  return points;
}

/** Sorted positions t along the line a·u + b·v = s where it crosses the plane's rings; always an even number. */
export function crossingsOf({ rings, bounds, byU, byV }: Partial<CutRings>, a: number, b: number, s: number): number[] {
  if (rings === undefined) return [];
  if (bounds !== undefined) {
    const [u0, v0, u1, v1] = bounds;
    if (s < Math.min(a * u0, a * u1) + Math.min(b * v0, b * v1)) return [];
    if (s > Math.max(a * u0, a * u1) + Math.max(b * v0, b * v1)) return [];
  }
  if (byU !== undefined && Math.abs(b) < 1e-9) return crossingsAt(byU, s / a, a);
  if (byV !== undefined && Math.abs(a) < 1e-9) return crossingsAt(byV, s / b, -b);
  const found: number[] = [];
  for (const ring of rings) {
    let last = a * ring[ring.length - 2] + b * ring[ring.length - 1] - s;
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const side = a * ring[i] + b * ring[i + 1] - s;
      if (side > 0 !== last > 0) {
        const f = last / (last - side);
        found.push(a * (ring[j + 1] + f * (ring[i + 1] - ring[j + 1])) - b * (ring[j] + f * (ring[i] - ring[j])));
      }
      last = side;
    }
  }
  return found.sort((x, y) => x - y);
}
