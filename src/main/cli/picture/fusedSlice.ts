import { contourLines, greySlice, type IsodoseStep, isodoseLines } from '#shared/evaluation/pictures/sliceLines.ts';
import {
  gridCorners,
  SLICE_VIEWS,
  type SliceView,
  slicePlane,
  slicePosition,
} from '#shared/evaluation/pictures/sliceView.ts';
import { resamplePlane, type SlicePlane } from '#shared/evaluation/slice.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Rgb, Roi } from '#shared/model/structures.ts';
import type { SectionAxis } from '#shared/structures/contours/section.ts';
import { Canvas } from './canvas.ts';

export interface FusedScene {
  readonly ct: ImageVolume;
  /** Already in the frame of the CT. */
  readonly overlay?: ImageVolume;
  readonly rois: readonly Roi[];
  readonly dose?: DoseVolume;
  /** Gy that 100 % stands for. */
  readonly reference: number;
}

/** Per cent of the reference dose and its colour, cold to hot: the levels reports commonly show. */
const ISODOSES: readonly IsodoseStep[] = (
  [
    [30, [150, 110, 255]], [50, [60, 130, 255]], [70, [0, 220, 255]], [80, [0, 220, 120]],
    [95, [255, 230, 0]], [100, [255, 140, 0]], [107, [255, 0, 255]],
  ] as const
).map(([percent, color]) => ({ percent, color })); // biome-ignore format: a table

/** Wide enough to tell air, lung, soft tissue and bone apart at once. */
const WINDOW = { center: -300, width: 1500 };
const PIXEL = 0.6;
const WHITE: Rgb = [235, 235, 235];

/**
 * One orthogonal plane through `point` (LPS mm) as PNG: CT in grey, overlay in warm colours where it is bright, contours,
 * isodose lines with their legend, orientation letters and the position.
 */
export function fusedSlice(scene: FusedScene, axis: SectionAxis, point: Vec3): Uint8Array {
  const plane = slicePlane(gridCorners(scene.ct), axis, point, PIXEL);
  const canvas = new Canvas(plane.width, plane.height);
  paintImages(canvas, scene, plane);
  const position = slicePosition(axis, point);
  for (const roi of scene.rois)
    for (const points of contourLines(roi, scene.ct, axis, position, plane))
      canvas.polyline(points, true, roi.color, roi.type === 'GTV' || roi.type === 'PTV' ? 2.4 : 1.6);
  if (scene.dose !== undefined) paintIsodoses(canvas, scene.dose, scene.reference, plane);
  paintLabels(canvas, scene, SLICE_VIEWS[axis], `${axis} ${position.toFixed(1)} mm`);
  return canvas.toPng();
}

function paintImages(canvas: Canvas, { ct, overlay }: FusedScene, plane: SlicePlane): void {
  const grey = greySlice(ct, plane, WINDOW);
  const warm = overlay === undefined ? undefined : resamplePlane(overlay, plane, 0);
  for (let y = 0, p = 0; y < plane.height; y++)
    for (let x = 0; x < plane.width; x++, p++) {
      canvas.blend(x, y, [grey[p], grey[p], grey[p]], 1);
      if (warm === undefined || overlay === undefined) continue;
      const signal = (warm[p] - overlay.window.center + overlay.window.width / 2) / overlay.window.width;
      const heat = Math.max(0, Math.min(1, signal));
      canvas.blend(
        x,
        y,
        [255 * Math.min(1, 2.4 * heat), 255 * Math.max(0, 1.6 * heat - 0.5), 255 * Math.max(0, 3 * heat - 2.2)],
        0.5 * Math.min(1, 2 * heat),
      );
    }
}

function paintIsodoses(canvas: Canvas, dose: DoseVolume, reference: number, plane: SlicePlane): void {
  for (const { step, lines } of isodoseLines(dose, plane, ISODOSES, reference))
    for (const { points, closed } of lines) canvas.polyline(points, closed, step.color, 1.3);
}

function paintLabels(canvas: Canvas, scene: FusedScene, { letters }: SliceView, title: string): void {
  const { width, height } = canvas;
  canvas.text(8, 8, title, WHITE);
  canvas.text(8, Math.round(height / 2) - 5, letters.left, WHITE, 3);
  canvas.text(width - 18, Math.round(height / 2) - 5, letters.right, WHITE, 3);
  canvas.text(Math.round(width / 2) - 5, 8, letters.top, WHITE, 3);
  canvas.text(Math.round(width / 2) - 5, height - 22, letters.bottom, WHITE, 3);
  for (const [n, roi] of scene.rois.entries()) canvas.text(8, 26 + 14 * n, roi.name, roi.color);
  if (scene.dose === undefined) return;
  canvas.text(width - 108, 8, `100 % = ${scene.reference.toFixed(0)} Gy`, WHITE);
  for (const [n, { percent, color }] of ISODOSES.toReversed().entries()) {
    canvas.fill(width - 70, 28 + 14 * n, 14, 6, color);
    canvas.text(width - 50, 26 + 14 * n, `${percent} %`, color);
  }
}
