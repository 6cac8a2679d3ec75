import type { Grid } from '../../geometry/volume.ts';
import { dot, scale, type Vec3 } from '../../geometry/vec.ts';
import type { Roi } from '../../model/structures.ts';
import { type CutRings, cutRings, cutStack } from './cutStack.ts';
import { normaliseRings, touchesItself } from './rings.ts';
import { type ContourPlane, type ContourStack, ringToPatient, stackContours } from './stack.ts';

export type SectionAxis = 'axial' | 'sagittal' | 'coronal';

/** Closed polyline in LPS mm: x, y, z of each vertex; the first is not repeated. */
export type SectionLine = Float64Array;

interface IndexedPlane extends ContourPlane, CutRings {
  /** What is drawn on the plane itself: the contours, but for keyholes their outlines without the channel. */
  readonly lines: readonly SectionLine[];
}

/** One ROI's contours ready to be cut. Mutable only in its caches. */
export interface ContourIndex {
  readonly stack: ContourStack;
  readonly planes: readonly IndexedPlane[];
  readonly cache: Map<string, readonly SectionLine[]>;
}

const NORMALS: Record<SectionAxis, Vec3> = { axial: [0, 0, 1], sagittal: [1, 0, 0], coronal: [0, 1, 0] };
const CACHED_SECTIONS = 64;

/**
 * Sorts an ROI's contours by plane for sectionAt. `grid` is the image's grid; planes whose contours are the very ones of `previous`
 * (an earlier index of the ROI) are taken over from it, so that an edit costs what it changed.
 * @throws IsocenterError GEOMETRY as stackContours does.
 */
export function indexContours(roi: Pick<Roi, 'contours' | 'name'>, grid: Grid, previous?: ContourIndex): ContourIndex {
  const stack = stackContours(roi.contours, { grid, name: roi.name });
  const known = new Map<unknown, IndexedPlane>();
  if (previous !== undefined && sameFrame(previous.stack, stack))
    for (const plane of previous.planes) known.set(plane.contours[0], plane);
  const planes = stack.planes.map((plane): IndexedPlane => {
    const old = known.get(plane.contours[0]);
    if (old !== undefined && sameContours(old, plane)) return { ...old, low: plane.low, high: plane.high };
    const isKeyhole = plane.rings.some(touchesItself);
    const rings = isKeyhole ? normaliseRings(plane.rings) : plane.rings;
    const lines = isKeyhole
      ? rings.map((ring) => ringToPatient(stack, ring, plane.offset))
      : plane.contours.map((contour) => contour.points);
    return { ...plane, ...cutRings(rings), lines };
  });
  return { stack, planes, cache: new Map() };
}

const sameFrame = (a: ContourStack, b: ContourStack): boolean =>
  ([0, 1, 2] as const).every((i) => a.u[i] === b.u[i] && a.v[i] === b.v[i]);

const sameContours = (a: ContourPlane, b: ContourPlane): boolean =>
  a.contours.length === b.contours.length && a.contours.every((contour, i) => contour === b.contours[i]);

/** Outline of the ROI on an LPS plane at `position` mm along z (axial), x (sagittal) or y (coronal). */
export function sectionAt(index: ContourIndex, axis: SectionAxis, position: number): readonly SectionLine[] {
  return sectionOnPlane(index, scale(NORMALS[axis], position), NORMALS[axis]);
}

/**
 * Outline of the ROI on any plane through `point` with unit `normal`.
 * Parallel to the contours: the contours whose slab holds the plane, as drawn and on their own plane. Steeper than 45°: the
 * crossings with each contour plane, linked from plane to plane by straight lines, flat half a spacing beyond the last one.
 * Between: in rows along the planes' common direction, each between the contours above and below it (cutStack).
 */
export function sectionOnPlane(index: ContourIndex, point: Vec3, normal: Vec3): readonly SectionLine[] {
  // By the plane, not the point: panning a view moves its point within the same plane. In steps of 1 nm.
  const key = `${Math.round(dot(point, normal) * 1e6)},${normal.join()}`;
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
  return cutStack(index.stack, index.planes, point, normal);
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
