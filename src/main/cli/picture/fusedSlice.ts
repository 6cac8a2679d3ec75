import { isolines } from '#shared/evaluation/isolines.ts';
import { resamplePlane, type SlicePlane } from '#shared/evaluation/slice.ts';
import { dot, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Rgb, Roi } from '#shared/model/structures.ts';
import { indexContours, sectionAt, type SectionAxis } from '#shared/structures/contours/section.ts';
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
const ISODOSES: readonly (readonly [number, Rgb])[] = [
  [30, [150, 110, 255]], [50, [60, 130, 255]], [70, [0, 220, 255]], [80, [0, 220, 120]],
  [95, [255, 230, 0]], [100, [255, 140, 0]], [107, [255, 0, 255]],
]; // biome-ignore format: a table

/** Wide enough to tell air, lung, soft tissue and bone apart at once. */
const WINDOW = { center: -300, width: 1500 };
const PIXEL = 0.6;
const WHITE: Rgb = [235, 235, 235];

interface View {
  readonly right: Vec3;
  readonly down: Vec3;
  readonly letters: { readonly left: string; readonly right: string; readonly top: string; readonly bottom: string };
}
const VIEWS: Readonly<Record<SectionAxis, View>> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0], letters: { left: 'R', right: 'L', top: 'A', bottom: 'P' } },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1], letters: { left: 'A', right: 'P', top: 'S', bottom: 'I' } },
  coronal: { right: [1, 0, 0], down: [0, 0, -1], letters: { left: 'R', right: 'L', top: 'S', bottom: 'I' } },
};

/**
 * One orthogonal plane through `point` (LPS mm) as PNG: CT in grey, overlay in warm colours where it is bright, contours,
 * isodose lines with their legend, orientation letters and the position.
 */
export function fusedSlice(scene: FusedScene, axis: SectionAxis, point: Vec3): Uint8Array {
  const view = VIEWS[axis];
  const plane = planeThrough(scene.ct, view, point);
  const canvas = new Canvas(plane.width, plane.height);
  paintImages(canvas, scene, plane);
  const position = point[{ axial: 2, sagittal: 0, coronal: 1 }[axis]];
  const pixelOf = (x: number, y: number, z: number): readonly [number, number] => {
    const offset = subtract([x, y, z], plane.origin);
    return [dot(offset, view.right) / PIXEL, dot(offset, view.down) / PIXEL];
  };
  for (const roi of scene.rois)
    for (const line of sectionAt(indexContours(roi, scene.ct), axis, position)) {
      const points: number[] = [];
      for (let n = 0; n < line.length; n += 3) points.push(...pixelOf(line[n], line[n + 1], line[n + 2]));
      canvas.polyline(points, true, roi.color, roi.type === 'GTV' || roi.type === 'PTV' ? 2.4 : 1.6);
    }
  if (scene.dose !== undefined) paintIsodoses(canvas, scene.dose, scene.reference, plane);
  paintLabels(canvas, scene, view, `${axis} ${position.toFixed(1)} mm`);
  return canvas.toPng();
}

/** The plane that shows the whole image. */
function planeThrough(ct: ImageVolume, view: View, point: Vec3): SlicePlane {
  const extent = (direction: Vec3): [number, number] => {
    const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
      const end = (axis: 0 | 1 | 2): number => ((corner >> axis) & 1 ? ct.dims[axis] - 0.5 : -0.5);
      return dot(indexToPatient(ct, [end(0), end(1), end(2)]), direction);
    });
    return [Math.min(...corners), Math.max(...corners)];
  };
  const [left, right] = extent(view.right);
  const [top, bottom] = extent(view.down);
  const origin = ([0, 1, 2] as const).map((axis) => {
    if (view.right[axis] !== 0) return view.right[axis] * left;
    return view.down[axis] !== 0 ? view.down[axis] * top : point[axis];
  });
  return {
    origin: [origin[0], origin[1], origin[2]],
    right: view.right,
    down: view.down,
    width: Math.floor((right - left) / PIXEL),
    height: Math.floor((bottom - top) / PIXEL),
    spacing: PIXEL,
  };
}

function paintImages(canvas: Canvas, { ct, overlay }: FusedScene, plane: SlicePlane): void {
  const low = WINDOW.center - WINDOW.width / 2;
  const grey = resamplePlane(ct, plane, low);
  const warm = overlay === undefined ? undefined : resamplePlane(overlay, plane, 0);
  for (let y = 0, p = 0; y < plane.height; y++)
    for (let x = 0; x < plane.width; x++, p++) {
      const level = Math.max(0, Math.min(255, (255 * (grey[p] * ct.slope + ct.intercept - low)) / WINDOW.width));
      canvas.blend(x, y, [level, level, level], 1);
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
  const values = resamplePlane(dose, plane, 0);
  for (const [percent, color] of ISODOSES)
    for (const { points, closed } of isolines(values, plane.width, plane.height, (percent / 100) * reference))
      canvas.polyline(points, closed, color, 1.3);
}

function paintLabels(canvas: Canvas, scene: FusedScene, { letters }: View, title: string): void {
  const { width, height } = canvas;
  canvas.text(8, 8, title, WHITE);
  canvas.text(8, Math.round(height / 2) - 5, letters.left, WHITE, 3);
  canvas.text(width - 18, Math.round(height / 2) - 5, letters.right, WHITE, 3);
  canvas.text(Math.round(width / 2) - 5, 8, letters.top, WHITE, 3);
  canvas.text(Math.round(width / 2) - 5, height - 22, letters.bottom, WHITE, 3);
  for (const [n, roi] of scene.rois.entries()) canvas.text(8, 26 + 14 * n, roi.name, roi.color);
  if (scene.dose === undefined) return;
  canvas.text(width - 108, 8, `100 % = ${scene.reference.toFixed(0)} Gy`, WHITE);
  for (const [n, [percent, color]] of ISODOSES.toReversed().entries()) {
    canvas.fill(width - 70, 28 + 14 * n, 14, 6, color);
    canvas.text(width - 50, 26 + 14 * n, `${percent} %`, color);
  }
}
