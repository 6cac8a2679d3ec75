import type { Vec3 } from '../geometry/vec.ts';
import type { Grid } from '../geometry/volume.ts';
import type { Segment, SegmentFrame, Segmentation } from '../model/segmentation.ts';
import type { Contour, Rgb, Roi, StructureSet } from '../model/structures.ts';
import { contoursFromMask } from './contoursFromMask.ts';
import { rasterizeRoi } from './mask.ts';
import { isClosed } from './stack.ts';

/** Colours of segments that came without one. */
const PALETTE: readonly Rgb[] = [[230, 60, 60], [60, 180, 75], [70, 130, 255], [255, 225, 25], [190, 80, 220], [70, 240, 240]]; // biome-ignore format: a table

/** PS3.16 CID 7150: Anatomical Structure by both its codes, and the one of SNOMED RT. */
const ANATOMY = ['91723000', '123037004', 'T-D000A'];

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
        type: ANATOMY.includes(segment.category?.value ?? '') ? 'ORGAN' : '',
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

function outlines({ grid, share, source }: SegmentFrame): Contour[] {
  return contoursFromMask(withLonePixels(share, grid), grid).map((contour) =>
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
    byPlane.set(
      key,
      known === undefined ? frame : { ...known, share: known.share.map((value, p) => Math.max(value, frame.share[p])) },
    );
  }
  const gaps = openGaps([...byPlane.values()]);
  if (gaps > 0)
    warnings.push(
      `"${label}": ${gaps} times slices without it lie between others; contours bridge one and end at more`,
    );
  if (byPlane.size < frames.length) warnings.push(`"${label}" has several frames on one plane; they are joined`);
  return [...byPlane.values()];
}

/** How often neighbouring frames are further apart than their stated spacing. */
function openGaps(frames: readonly SegmentFrame[]): number {
  const normal = frames[0]?.grid.direction.slice(6) ?? [];
  const places = frames
    .map(({ grid }) => grid.origin[0] * normal[0] + grid.origin[1] * normal[1] + grid.origin[2] * normal[2])
    .sort((a, b) => a - b);
  return places.slice(1).filter((place, n) => place - places[n] > 1.5 * frames[0].grid.spacing[2]).length;
}

/** An ROI as voxels of an image: one bit per pixel of each slice that holds some. */
export interface RoiMask {
  readonly roi: Roi;
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
    const slices = closed.length === 0 ? [] : slicesOf(rasterizeRoi(closed, grid), grid.dims);
    onProgress((index + 1) / rois.length);
    if (slices.length > 0) return [{ roi, slices }];
    warnings.push(`"${roi.name}" holds no voxel of the image and was left out`);
    return [];
  });
  return { masks, warnings };
}

function slicesOf(mask: Float32Array, [nx, ny, nz]: Vec3): RoiMask['slices'] {
  const size = nx * ny;
  const slices: { k: number; inside: Uint8Array }[] = [];
  for (let k = 0; k < nz; k++) {
    const inside = Uint8Array.from(mask.subarray(k * size, (k + 1) * size), (share) => (share >= 0.5 ? 1 : 0));
    if (inside.includes(1)) slices.push({ k, inside });
  }
  return slices;
}
