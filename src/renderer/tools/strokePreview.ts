import { axisOf } from '#shared/geometry/volume.ts';
import { dot, type Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { slicePlane } from '#shared/structures/drawing/brush.ts';
import { type CutPlane, crossingsOf, cutStack } from '#shared/structures/contours/cutStack.ts';
import { type Intervals, subtractIntervals, uniteIntervals } from '#shared/structures/contours/intervals.ts';
import { boundsOf, combineRings, type Ring } from '#shared/structures/contours/rings.ts';
import { type ContourIndex, type SectionLine, sectionOnPlane } from '#shared/structures/contours/section.ts';
import { ringToPatient, slabsOf } from '#shared/structures/contours/stack.ts';
import { alongSlices, type Change, sliceNumberAt } from './slice.ts';

/** Offsets nearer than this fraction of the slice spacing are one slice. */
const SAME_SLICE = 0.1;

/**
 * Where a plane would cut a ROI if `change` were made, LPS mm. Along the slices: the polygons of the slice itself. Across them
 * nothing is clipped: lines through the ROI's contours and through the stroke's pieces give intervals, and intervals are added and
 * taken away, so that a ball through fifty slices costs no more than looking at them.
 */
export function changedSection(
  image: ImageVolume,
  index: ContourIndex | undefined,
  change: Change,
  point: Vec3,
  normal: Vec3,
): readonly SectionLine[] {
  if (alongSlices(image, normal)) {
    const k = sliceNumberAt(image, point);
    const pieces = (['cut', 'add'] as const).map((effect) =>
      k === undefined ? [] : (change[effect]?.ringsAt(k) ?? []),
    );
    if (k === undefined || pieces.every((rings) => rings.length === 0))
      return index === undefined ? [] : sectionOnPlane(index, point, normal);
    const slice = slicePlane(image, k);
    const before = index?.planes.find((plane) => Math.abs(plane.offset - slice.offset) < SAME_SLICE * image.spacing[2]);
    const [cut, add] = pieces;
    const left = cut.length === 0 ? (before?.rings ?? []) : combineRings('subtract', before?.rings ?? [], cut);
    const rings = add.length === 0 ? left : combineRings('union', left, add);
    return rings.map((ring) => ringToPatient(slice, ring, before?.offset ?? slice.offset));
  }
  const frame = { u: axisOf(image, 0), v: axisOf(image, 1), normal: axisOf(image, 2) };
  return cutStack(frame, changedPlanes(image, index, change), point, normal);
}

function changedPlanes(image: ImageVolume, index: ContourIndex | undefined, change: Change): CutPlane[] {
  const spacing = image.spacing[2];
  const first = dot(image.origin, axisOf(image, 2));
  const touched = new Set([...(change.cut?.slices() ?? []), ...(change.add?.slices() ?? [])]);
  const planes: (Omit<CutPlane, 'low' | 'high'> | undefined)[] = [];
  for (const plane of index?.planes ?? []) {
    const k = Math.round((plane.offset - first) / spacing);
    const here = touched.delete(k) ? changedPlane(plane.offset, plane, change, k) : plane;
    planes.push(here);
  }
  for (const k of touched) planes.push(changedPlane(first + k * spacing, undefined, change, k));
  const kept = planes.filter((plane) => plane !== undefined).sort((a, b) => a.offset - b.offset);
  const { limits } = slabsOf(
    kept.map((plane) => plane.offset),
    spacing,
  );
  return kept.map((plane, i) => ({ ...plane, ...limits[i] }));
}

/** A contour plane under change; undefined where nothing was and nothing is added. */
function changedPlane(
  offset: number,
  plane: ContourIndex['planes'][number] | undefined,
  change: Change,
  k: number,
): Omit<CutPlane, 'low' | 'high'> | undefined {
  const added = change.add?.piecesAt(k) ?? [];
  if (plane === undefined && added.length === 0) return undefined;
  const taken = change.cut?.piecesAt(k) ?? [];
  const boxes = added.map((rings) => ({ rings, bounds: boundsOf(rings) ?? ([0, 0, 0, 0] as const) }));
  const holes = taken.map((rings) => ({ rings, bounds: boundsOf(rings) ?? ([0, 0, 0, 0] as const) }));
  const across = (sets: typeof boxes, a: number, b: number, s: number): Intervals =>
    uniteIntervals(sets.map((set) => crossingsOf(set, a, b, s)));
  return {
    offset,
    bounds: boundsOf([...added.flat(), ...(plane === undefined ? [] : [boxRing(plane.bounds)])]) ?? [0, 0, 0, 0],
    crossings: (a, b, s) => {
      const before = plane === undefined ? [] : crossingsOf(plane, a, b, s);
      const left = holes.length === 0 ? before : subtractIntervals(before, across(holes, a, b, s));
      return boxes.length === 0 ? left : uniteIntervals([left, across(boxes, a, b, s)]);
    },
  };
}

const boxRing = ([u0, v0, u1, v1]: readonly [number, number, number, number]): Ring => Float64Array.of(u0, v0, u1, v1);
