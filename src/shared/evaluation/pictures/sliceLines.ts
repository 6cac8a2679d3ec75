import type { Volume } from '../../geometry/volume.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Rgb, Roi } from '../../model/structures.ts';
import { indexContours, sectionAt, type SectionAxis } from '../../structures/contours/section.ts';
import { type Isoline, isolines } from '../isolines.ts';
import { resamplePlane, type SlicePlane } from '../slice.ts';
import { pixelOf } from './sliceView.ts';

export interface IsodoseStep {
  /** Per cent of the reference dose. */
  readonly percent: number;
  readonly color: Rgb;
}

/** The image on a plane, 0 … 255 over a window in the image's unit; black outside. */
export function greySlice(image: ImageVolume, plane: SlicePlane, window: ImageVolume['window']): Uint8Array {
  const low = window.center - window.width / 2;
  const values = resamplePlane(image, plane);
  return Uint8Array.from(values, (value) =>
    Number.isNaN(value)
      ? 0
      : Math.max(0, Math.min(255, (255 * (value * image.slope + image.intercept - low)) / window.width)),
  );
}

/** Outlines of a structure on a plane at `position` mm: x, y … of closed lines in pixels of the plane. */
export function contourLines(
  roi: Pick<Roi, 'contours' | 'name'>,
  image: ImageVolume,
  axis: SectionAxis,
  position: number,
  plane: SlicePlane,
): number[][] {
  return sectionAt(indexContours(roi, image), axis, position).map((line) => {
    const points: number[] = [];
    for (let n = 0; n < line.length; n += 3) points.push(...pixelOf(plane, [line[n], line[n + 1], line[n + 2]]));
    return points;
  });
}

/** Isodose lines on a plane, one list a step, in pixels; `reference`: Gy that 100 % stands for. */
export function isodoseLines(
  dose: Volume<Float32Array>,
  plane: SlicePlane,
  steps: readonly IsodoseStep[],
  reference: number,
): { step: IsodoseStep; lines: Isoline[] }[] {
  const values = resamplePlane(dose, plane, 0);
  return steps.map((step) => ({
    step,
    lines: isolines(values, plane.width, plane.height, (step.percent / 100) * reference),
  }));
}
