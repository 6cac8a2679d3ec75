import { type Grid, indexToPatient, patientToIndex } from '../../geometry/volume.ts';
import type { Box, Segment, SegmentFrame, Segmentation } from '../../model/segmentation.ts';
import type { Contour, Rgb, Roi, StructureSet } from '../../model/structures.ts';
import { contoursFromMask } from '../contours/contoursFromMask.ts';
import { typeOfCodes } from './segmentCodes.ts';
import { rasterizeStack } from '../contours/mask.ts';
import { type ContourStack, isClosed, stackContours } from '../contours/stack.ts';

/** Colours of segments that came without one. */
const PALETTE: readonly Rgb[] = [[230, 60, 60], [60, 180, 75], [70, 130, 255], [255, 225, 25], [190, 80, 220], [70, 240, 240]]; // biome-ignore format: a table

/**
 * A segmentation as a structure set: each segment an ROI whose contours lie on its frames' own planes, wherever and in whatever order
 * they are, around the pixels that are at least half inside. The mask of those contours on the same pixels is the segment again.
 */
export function structuresOf(segmentation: Segmentation): StructureSet {
  const { segments, warnings, ...references } = segmentation;
  const said = [...warnings];
  return {
    ...references,
    rois: segments.map((segment, index): Roi => {
      const frames = onePerPlane(segment, said);
      return {
        number: segment.number,
        name: segment.label,
        type: typeOfCodes(segment.category, segment.code),
        color: segment.color ?? PALETTE[index % PALETTE.length],
        generationAlgorithm: segment.algorithm,
        frameOfReferenceUid: segmentation.frameOfReferenceUid,
        contours: frames.flatMap(outlines),
        ...(segment.code === undefined ? {} : { code: segment.code }),
      };
    }),
    warnings: said,
  };
}

function outlines({ grid, box: [i, j, width, height], share, source }: SegmentFrame): Contour[] {
  const part: Grid = { ...grid, dims: [width, height, 1], origin: indexToPatient(grid, [i, j, 0]) };
  return contoursFromMask(withLonePixels(share, part), part).map((contour) =>
    source === undefined ? contour : { ...contour, referencedSopInstanceUid: source.sopInstanceUid },
  );
}

/** How far beyond full and empty a lone pixel is taken: its outline then holds two thirds of it, not the half that could be either. */
const EMPHASIS = 0.2;

/** A pixel unlike all four beside it would lose or win just half of itself by cut corners: it is made a little stronger. */
function withLonePixels(share: Float32Array, { dims: [nx, ny] }: Grid): Float32Array {
  const strong = share.slice();
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < nx && y < ny && share[y * nx + x] >= 0.5;
  for (let y = 0, p = 0; y < ny; y++)
    for (let x = 0; x < nx; x++, p++) {
      if (share[p] !== 0 && share[p] !== 1) continue;
      const here = share[p] === 1;
      if (
        inside(x - 1, y) !== here &&
        inside(x + 1, y) !== here &&
        inside(x, y - 1) !== here &&
        inside(x, y + 1) !== here
      )
        strong[p] = here ? 1 + EMPHASIS : -EMPHASIS;
    }
  return strong;
}

/** Two frames of a segment on one plane are one: what either shows. */
function onePerPlane({ label, frames }: Segment, warnings: string[]): SegmentFrame[] {
  const byPlane = new Map<string, SegmentFrame>();
  for (const frame of frames) {
    const key = [...frame.grid.origin, ...frame.grid.direction].map((value) => value.toFixed(4)).join();
    const known = byPlane.get(key);
    byPlane.set(key, known === undefined ? frame : joined(known, frame));
  }
  const gaps = openGaps([...byPlane.values()]);
  if (gaps > 0)
    warnings.push(
      `"${label}": ${gaps} times slices without it lie between others; contours bridge one and end at more`,
    );
  if (byPlane.size < frames.length) warnings.push(`"${label}" has several frames on one plane; they are joined`);
  return [...byPlane.values()];
}

function joined(a: SegmentFrame, b: SegmentFrame): SegmentFrame {
  const [whole, other] = [wholeFrame(a), wholeFrame(b)];
  const [columns, rows] = a.grid.dims;
  return { ...a, box: [0, 0, columns, rows], share: whole.map((value, p) => Math.max(value, other[p])) };
}

/** A frame's shares on all its pixels. */
export function wholeFrame({ grid, box: [i, j, width, height], share }: SegmentFrame): Float32Array {
  const [columns, rows] = grid.dims;
  const whole = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) whole.set(share.subarray(y * width, (y + 1) * width), (j + y) * columns + i);
  return whole;
}

/** How often neighbouring frames are further apart than their stated spacing. */
function openGaps(frames: readonly SegmentFrame[]): number {
  const normal = frames[0]?.grid.direction.slice(6) ?? [];
  const places = frames
    .map(({ grid }) => grid.origin[0] * normal[0] + grid.origin[1] * normal[1] + grid.origin[2] * normal[2])
    .sort((a, b) => a - b);
  return places.slice(1).filter((place, n) => place - places[n] > 1.5 * frames[0].grid.spacing[2]).length;
}

/** An ROI as voxels of an image: for each slice that holds some, which pixels of the box are inside (1, else 0), x fastest. */
export interface RoiMask {
  readonly roi: Roi;
  readonly box: Box;
  readonly slices: readonly { readonly k: number; readonly inside: Uint8Array }[];
}

/** ROIs as masks of an image's voxels, at least half inside; those that hold no voxel, and points and open lines, are said. */
export function masksOf(
  rois: readonly Roi[],
  grid: Grid,
  onProgress: (fraction: number) => void = () => undefined,
): { masks: RoiMask[]; warnings: string[] } {
  const warnings: string[] = [];
  const masks = rois.flatMap((roi, index): RoiMask[] => {
    const closed = roi.contours.filter(isClosed);
    if (closed.length < roi.contours.length)
      warnings.push(`"${roi.name}": ${roi.contours.length - closed.length} points and open contours have no voxels`);
    const mask = maskOf({ ...roi, contours: closed }, grid);
    onProgress((index + 1) / rois.length);
    if (mask !== undefined) return [{ ...mask, roi }];
    warnings.push(`"${roi.name}" holds no voxel of the image and was left out`);
    return [];
  });
  return { masks, warnings };
}

function maskOf(roi: Roi, grid: Grid): RoiMask | undefined {
  const stack = stackContours(roi.contours, { grid, name: roi.name });
  const [low, high] = reachOf(stack, grid);
  if (high.some((last, axis) => last < low[axis])) return undefined;
  const [width, height, count] = high.map((last, axis) => last - low[axis] + 1);
  const part: Grid = { ...grid, dims: [width, height, count], origin: indexToPatient(grid, [low[0], low[1], low[2]]) };
  const shares = rasterizeStack(stack, part);
  const size = width * height;
  const slices: { k: number; inside: Uint8Array }[] = [];
  for (let k = 0; k < count; k++) {
    const inside = new Uint8Array(size);
    let some = 0;
    for (let p = 0; p < size; p++) if (shares[k * size + p] >= 0.5) some = inside[p] = 1;
    if (some === 1) slices.push({ k: low[2] + k, inside });
  }
  return slices.length === 0 ? undefined : { roi, box: [low[0], low[1], width, height], slices };
}

/** First and last voxel along each axis that the slabs of a stack may reach. */
function reachOf(stack: ContourStack, grid: Grid): [number[], number[]] {
  const [low, high] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  let slab = 0;
  for (const plane of stack.planes) {
    slab = Math.max(slab, plane.high - plane.low);
    for (const { points } of plane.contours)
      for (let p = 0; p < points.length; p += 3)
        patientToIndex(grid, [points[p], points[p + 1], points[p + 2]]).forEach((index, axis) => {
          if (index < low[axis]) low[axis] = index;
          if (index > high[axis]) high[axis] = index;
        });
  }
  const slack = grid.spacing.map((mm) => Math.ceil(slab / mm) + 1);
  return [
    low.map((index, axis) => Math.max(0, Math.floor(index) - slack[axis])),
    high.map((index, axis) => Math.min(grid.dims[axis] - 1, Math.ceil(index) + slack[axis])),
  ];
}
