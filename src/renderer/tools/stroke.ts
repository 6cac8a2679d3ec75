import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import { axisOf } from '#shared/geometry/volume.ts';
import { dot, type Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { combineRings, isInside, type Ring } from '#shared/structures/contours/rings.ts';
import { type ContourIndex, sectionOnPlane } from '#shared/structures/contours/section.ts';
import { ringOf } from '#shared/structures/contours/stack.ts';
import { type DrawPlane, extrudedSolid } from '#shared/structures/drawing/solid.ts';
import { type SolidStroke, solidStroke } from '#shared/structures/drawing/solidStroke.ts';
import { editDocument, useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { contourIndexOf } from '#renderer/viewports/painters/contours/contourIndexes.ts';
import type { PlanePointerEvent, PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { voxelAlong } from '#renderer/viewports/plane/planes.ts';
import { useContouring } from './contourStore.ts';
import { useToolFeedback } from './feedback.ts';
import {
  alongSlices,
  assertOnSlices,
  type Change,
  contoursBySlice,
  type Effect,
  editRoi,
  sliceNumberAt,
} from './slice.ts';
import { changedSection } from './strokePreview.ts';

/** The plane a stroke is drawn on, and how thick what is drawn there is, mm: one slice, or a slab across the slices. */
export interface StrokePlane extends DrawPlane {
  readonly thickness: number;
}

/** One tool stroke on one ROI: nothing enters the document before it is committed. */
export interface Stroke {
  readonly roi: Roi;
  readonly image: ImageVolume;
  readonly plane: StrokePlane;
  readonly index: ContourIndex | undefined;
  /** The ROI on the plane when the stroke began, in the plane's (u, v), even–odd. */
  readonly before: readonly Ring[];
}

/** Begins a stroke on the plane in view; null where nothing can be drawn. Says in the status bar why drawing is refused. */
export function beginStroke(view: PlaneView): Stroke | null {
  const { document } = useDocument.getState();
  if (document === null) return null;
  const image = document.primary;
  const plane = planeInView(image, view);
  if (plane === undefined) return null;
  try {
    const roi = drawableRoi(document.structures, image);
    const index = roi.contours.length === 0 ? undefined : contourIndexOf(roi, image);
    return { roi, image, plane, index, before: ringsInPlane(roi, image, view, plane, index) };
  } catch (error) {
    setMessage(errorWords(error), 'warning');
    return null;
  }
}

/** The plane in view as one to draw on: exactly on the slice where the view shows slices; undefined beyond the image. */
export function planeInView(image: ImageVolume, view: PlaneView): StrokePlane | undefined {
  const { right: u, down: v, normal } = view;
  if (!alongSlices(image, normal)) {
    const thickness = useContouring.getState().slab ?? voxelAlong(image, normal);
    return { u, v, normal, offset: dot(view.point, normal), thickness };
  }
  const k = sliceNumberAt(image, view.point);
  if (k === undefined) return undefined;
  const along = dot(image.origin, axisOf(image, 2)) + k * image.spacing[2];
  return { u, v, normal, offset: along * Math.sign(dot(normal, axisOf(image, 2))), thickness: image.spacing[2] };
}

/** On a slice the contours of that very slice, not what stands in for them half way to the next; elsewhere the section. */
function ringsInPlane(
  roi: Roi,
  image: ImageVolume,
  view: PlaneView,
  plane: StrokePlane,
  index: ContourIndex | undefined,
): Ring[] {
  if (alongSlices(image, view.normal)) {
    const k = sliceNumberAt(image, view.point) ?? -1;
    return (contoursBySlice(roi.contours, image).get(k) ?? []).map((contour) => ringOf(contour, plane));
  }
  if (index === undefined) return [];
  return sectionOnPlane(index, view.point, view.normal).map((line) => ringOf({ points: line }, plane));
}

/** In-plane coordinates of a point, mm. */
export const toPlane = (plane: DrawPlane, point: Vec3): [number, number] => [dot(point, plane.u), dot(point, plane.v)];

/** Whether two planes are one, to a hundredth of a mm. */
export const samePlane = (a: DrawPlane | undefined, b: DrawPlane): boolean =>
  a !== undefined && dot(a.normal, b.normal) > 1 - 1e-9 && Math.abs(a.offset - b.offset) < 0.01;

function drawableRoi({ rois, approval, label }: StructureSet, image: ImageVolume): Roi {
  const { activeRoi, locked } = useContouring.getState();
  if (approval?.status === 'APPROVED')
    throw new IsocenterError('CONFLICT', 'is approved: make a draft of it first', { object: label });
  const roi = rois.find((candidate) => candidate.number === activeRoi);
  if (roi === undefined) throw new IsocenterError('NOT_FOUND', 'select the structure to draw on first');
  if (locked.has(roi.number)) throw new IsocenterError('CONFLICT', 'is locked', { object: roi.name });
  assertOnSlices(roi, image);
  return roi;
}

/**
 * Whether a stroke that starts at (u, v) adds or cuts: as the mode says; in auto it adds when it starts inside or where the ROI is
 * not yet, and cuts when it starts outside. Ctrl adds and Alt cuts whatever the mode.
 */
export function effectOf(
  { before }: Pick<Stroke, 'before'>,
  [u, v]: readonly [number, number],
  { ctrlKey, altKey }: Pick<PlanePointerEvent, 'ctrlKey' | 'altKey'>,
): Effect {
  if (ctrlKey) return 'add';
  if (altKey) return 'cut';
  const { editMode } = useContouring.getState();
  if (editMode !== 'auto') return editMode;
  return before.length === 0 || isInside(before, u, v) ? 'add' : 'cut';
}

/** The change that makes `rings` of the ROI on the stroke's plane, through the plane's slab. */
export function changeTo({ before, plane, image }: Stroke, rings: readonly Ring[]): Change {
  const stroked = (shape: readonly Ring[]): SolidStroke => {
    const covered = solidStroke(image);
    if (shape.length > 0) covered.add(extrudedSolid(plane, shape, plane.thickness));
    return covered;
  };
  return {
    cut: stroked(combineRings('subtract', before, rings)),
    add: stroked(combineRings('subtract', rings, before)),
  };
}

/** The change by one drawn shape (outers counter-clockwise, holes clockwise, in the plane's (u, v)). */
export function changeBy({ plane, image }: Stroke, effect: Effect, shape: readonly Ring[]): Change {
  const covered = solidStroke(image);
  if (shape.length > 0) covered.add(extrudedSolid(plane, shape, plane.thickness));
  return { [effect]: covered };
}

/** Shows on all planes what the ROI would be with the change. */
export function previewStroke({ roi, image, index }: Stroke, change: Change): void {
  useToolFeedback.setState({
    preview: {
      roiNumber: roi.number,
      color: roi.color,
      section: (point, normal) => changedSection(image, index, change, point, normal),
    },
  });
}

/** Makes the change as one undoable edit named after the tool and the ROI; one that changes nothing makes none. */
export function commitStroke({ roi, image }: Stroke, toolName: string, change: Change): void {
  clearStroke();
  editDocument(`${toolName} ${roi.name}`, ({ structures }) => {
    // Looked up again: the stroke began on an earlier document.
    const current = structures.rois.find((candidate) => candidate.number === roi.number);
    if (current === undefined) return null;
    const changed = editRoi(current, image, change);
    if (changed === current) return null;
    return { structures: { ...structures, rois: structures.rois.map((one) => (one === current ? changed : one)) } };
  });
}

export const clearStroke = (): void => useToolFeedback.setState({ preview: null, path: null });
