import { isolines } from '../evaluation/isolines.ts';
import { resamplePlane, slicePoint } from '../evaluation/slice.ts';
import { type Grid, voxelCount, type Volume } from '../geometry/volume.ts';
import { add, cross, dot, length, normalize, scale, type Vec3 } from '../geometry/vec.ts';
import type { Roi } from '../model/structures.ts';
import { linkPlanes, type SectionRow } from './linkPlanes.ts';
import { crossingsAt, type EdgeIndex, indexEdges } from './edgeIndex.ts';
import { ownGrid, rasterizeStack } from './mask.ts';
import { boundsOf, normaliseRings, touchesItself } from './rings.ts';
import { type ContourPlane, type ContourStack, ringToPatient, stackContours } from './stack.ts';

export type SectionAxis = 'axial' | 'sagittal' | 'coronal';

/** Closed polyline in LPS mm: x, y, z of each vertex; the first is not repeated. */
export type SectionLine = Float64Array;

interface IndexedPlane extends ContourPlane {
  /** What is drawn on the plane itself: the contours, but for keyholes their outlines without the channel. */
  readonly lines: readonly SectionLine[];
  readonly bounds: readonly [number, number, number, number];
  /** Edges by u and by v, for cuts along the plane's axes (the usual sagittal and coronal ones). */
  readonly byU: EdgeIndex;
  readonly byV: EdgeIndex;
}

/** One ROI's contours ready to be cut. Mutable only in its caches. */
export interface ContourIndex {
  readonly stack: ContourStack;
  readonly planes: readonly IndexedPlane[];
  readonly cache: Map<string, readonly SectionLine[]>;
  /** Mask on a grid of its own, for planes oblique to the contours; made when first needed. */
  mask?: Volume<Float32Array>;
}

const NORMALS: Record<SectionAxis, Vec3> = { axial: [0, 0, 1], sagittal: [1, 0, 0], coronal: [0, 1, 0] };
const CACHED_SECTIONS = 64;
/** cos of the tilt below which planes cut the contours steeply enough to link crossings (45°). */
const STEEP = Math.SQRT1_2;

/**
 * Sorts an ROI's contours by plane for sectionAt. `grid` is the image's grid.
 * @throws IsocenterError GEOMETRY as stackContours does.
 */
export function indexContours(roi: Pick<Roi, 'contours' | 'name'>, grid: Grid): ContourIndex {
  const stack = stackContours(roi.contours, { grid, name: roi.name });
  const planes = stack.planes.map((plane) => {
    const isKeyhole = plane.rings.some(touchesItself);
    const rings = isKeyhole ? normaliseRings(plane.rings) : plane.rings;
    return {
      ...plane,
      rings,
      lines: isKeyhole
        ? rings.map((ring) => ringToPatient(stack, ring, plane.offset))
        : plane.contours.map((contour) => contour.points),
      bounds: boundsOf(rings) ?? ([0, 0, 0, 0] as const),
      byU: indexEdges(rings, 0),
      byV: indexEdges(rings, 1),
    };
  });
  return { stack, planes, cache: new Map() };
}

/** Outline of the ROI on an LPS plane at `position` mm along z (axial), x (sagittal) or y (coronal). */
export function sectionAt(index: ContourIndex, axis: SectionAxis, position: number): readonly SectionLine[] {
  return sectionOnPlane(index, scale(NORMALS[axis], position), NORMALS[axis]);
}

/**
 * Outline of the ROI on any plane through `point` with unit `normal`.
 * Parallel to the contours: the contours whose slab holds the plane, as drawn and on their own plane. Steeper than 45°: the
 * crossings with each contour plane, linked from plane to plane by straight lines, flat half a spacing beyond the last one.
 * Between: from a partial-volume mask.
 */
export function sectionOnPlane(index: ContourIndex, point: Vec3, normal: Vec3): readonly SectionLine[] {
  const key = `${point.join()},${normal.join()}`;
  const known = index.cache.get(key);
  if (known) return known;
  const lines = computeSection(index, point, normal);
  if (index.cache.size >= CACHED_SECTIONS) index.cache.delete(index.cache.keys().next().value ?? '');
  index.cache.set(key, lines);
  return lines;
}

function computeSection(index: ContourIndex, point: Vec3, normal: Vec3): SectionLine[] {
  if (index.planes.length === 0) return [];
  const tilt = Math.abs(dot(index.stack.normal, normal));
  if (tilt > 1 - 1e-6) return nativeSection(index, dot(point, index.stack.normal));
  return tilt < STEEP ? steepSection(index, point, normal) : maskSection(index, point, normal);
}

function nativeSection(index: ContourIndex, offset: number): SectionLine[] {
  const planes = index.planes;
  let low = 0;
  let high = planes.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offset < planes[middle].high) high = middle;
    else low = middle + 1;
  }
  const plane = planes[low];
  if (offset < plane.low || offset > plane.high) return [];
  return [...plane.lines];
}

function steepSection(index: ContourIndex, point: Vec3, normal: Vec3): SectionLine[] {
  const { u, v, normal: n } = index.stack;
  // In a contour plane at w the view plane is the line a·u + b·v = s(w), with t running along it.
  const norm = Math.hypot(dot(normal, u), dot(normal, v));
  const a = dot(normal, u) / norm;
  const b = dot(normal, v) / norm;
  const s0 = dot(normal, point) / norm;
  const slope = dot(normal, n) / norm;
  const rows: SectionRow[] = [];
  for (const plane of index.planes) {
    const s = s0 - slope * plane.offset;
    const [u0, v0, u1, v1] = plane.bounds;
    const nearest = Math.min(a * u0, a * u1) + Math.min(b * v0, b * v1);
    const furthest = Math.max(a * u0, a * u1) + Math.max(b * v0, b * v1);
    const crossings = s < nearest || s > furthest ? [] : crossingsOf(plane, a, b, s);
    rows.push({ offset: plane.offset, low: plane.low, high: plane.high, crossings });
  }
  return linkPlanes(rows).map((line) => {
    const points = new Float64Array((line.length / 2) * 3);
    for (let i = 0; i < line.length / 2; i++) {
      const [t, w] = [line[2 * i], line[2 * i + 1]];
      const s = s0 - slope * w;
      const [pu, pv] = [s * a - t * b, s * b + t * a];
      for (let c = 0; c < 3; c++) points[3 * i + c] = pu * u[c] + pv * v[c] + w * n[c];
    }
    return points;
  });
}

/** Sorted positions t along the line a·u + b·v = s where it crosses the plane's rings; always an even number. */
function crossingsOf(plane: IndexedPlane, a: number, b: number, s: number): number[] {
  if (Math.abs(b) < 1e-9) return crossingsAt(plane.byU, s / a, a);
  if (Math.abs(a) < 1e-9) return crossingsAt(plane.byV, s / b, -b);
  const found: number[] = [];
  for (const ring of plane.rings) {
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

function maskSection(index: ContourIndex, point: Vec3, normal: Vec3): SectionLine[] {
  if (!index.mask) {
    const grid = ownGrid(index.stack, 1, 2);
    if (!grid) return [];
    index.mask = { ...grid, data: voxelCount(grid) > 0 ? rasterizeStack(index.stack, grid) : new Float32Array(0) };
  }
  const mask = index.mask;
  const extent = Math.hypot(...mask.dims.map((count, axis) => count * mask.spacing[axis]));
  const middle = mask.dims.map((count, axis) => ((count - 1) / 2) * mask.spacing[axis]);
  const d = mask.direction;
  const center: Vec3 = [0, 1, 2].map(
    (c) => mask.origin[c] + middle[0] * d[c] + middle[1] * d[3 + c] + middle[2] * d[6 + c],
  ) as unknown as Vec3;
  const right = normalize(cross(normal, length(cross(normal, [0, 0, 1])) > 0.1 ? [0, 0, 1] : [0, 1, 0]));
  const down = cross(normal, right);
  const foot = add(center, scale(normal, dot(normal, point) - dot(normal, center)));
  const size = Math.ceil(extent) + 1;
  const origin = add(foot, add(scale(right, -size / 2), scale(down, -size / 2)));
  const plane = { origin, right, down, width: size, height: size, spacing: 1 };
  return isolines(resamplePlane(mask, plane, 0), size, size, 0.5).map((line) => {
    const points = new Float64Array((line.points.length / 2) * 3);
    for (let i = 0; i < line.points.length / 2; i++)
      points.set(slicePoint(plane, line.points[2 * i], line.points[2 * i + 1]), 3 * i);
    return points;
  });
}
