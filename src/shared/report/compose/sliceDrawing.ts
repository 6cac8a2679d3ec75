import { contourLines, greySlice, type IsodoseStep, isodoseLines } from '../../evaluation/pictures/sliceLines.ts';
import { gridCorners, pixelOf, SLICE_VIEWS, slicePlane, slicePosition } from '../../evaluation/pictures/sliceView.ts';
import type { SlicePlane } from '../../evaluation/slice.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Roi } from '../../model/structures.ts';
import type { SectionAxis } from '../../structures/contours/section.ts';
import type { Drawing, Mark } from '../model.ts';
import { base64, mm } from './words.ts';
import { cross, label, scaleBar, WHITE } from './viewMarks.ts';

/** Pixels a point: 144 a inch. */
const FINENESS = 2;
/** Of the patient, in soft tissue, HU. */
const WINDOW = { center: 20, width: 500 };
/** Round the body, mm; above and below the point shown. */
const RIM = 8;
const REACH = 140;
const TARGETS: readonly string[] = ['PTV', 'CTV', 'GTV'];

export interface SliceScene {
  readonly ct: ImageVolume;
  readonly rois: readonly Roi[];
  readonly body: Roi | undefined;
  readonly dose?: Parameters<typeof isodoseLines>[0];
  readonly steps: readonly IsodoseStep[];
  /** Gy that 100 % stands for. */
  readonly reference: number;
  readonly isocenter?: Vec3;
  readonly maximum?: Vec3;
}

/** An orthogonal plane through `point` within a box of points: the image in grey, structures and isodoses as lines, letters, scale and place. */
export function sliceDrawing(
  scene: SliceScene,
  axis: SectionAxis,
  point: Vec3,
  box: readonly [width: number, height: number],
  legend: boolean,
): Drawing {
  const corners = cornersShown(scene, point);
  const rough = slicePlane(corners, axis, point, 1);
  const spacing = Math.max(rough.width / box[0], rough.height / box[1], 0.1) / FINENESS;
  const plane = slicePlane(corners, axis, point, spacing);
  const [width, height] = [plane.width / FINENESS, plane.height / FINENESS];
  // Pixel centres are whole numbers: the picture reaches half a pixel beyond the outermost.
  const at = (value: number): number => (value + 0.5) / FINENESS;
  const scaled = (points: ArrayLike<number>): number[] => Array.from(points, at);
  const window = scene.ct.unit === 'HU' ? WINDOW : scene.ct.window;
  const marks: Mark[] = [
    {
      kind: 'image',
      x: 0,
      y: 0,
      width,
      height,
      columns: plane.width,
      rows: plane.height,
      grey: base64(greySlice(scene.ct, plane, window)),
    },
  ];
  for (const roi of scene.rois)
    for (const points of contourLines(roi, scene.ct, axis, slicePosition(axis, point), plane))
      marks.push({
        kind: 'line',
        points: scaled(points),
        closed: true,
        color: [...roi.color],
        width: TARGETS.includes(roi.type) ? 1.4 : 0.8,
      });
  if (scene.dose !== undefined)
    for (const { step, lines } of isodoseLines(scene.dose, plane, scene.steps, scene.reference))
      for (const { points, closed } of lines)
        marks.push({ kind: 'line', points: scaled(points), closed, color: [...step.color], width: 0.7 });
  for (const [place, color] of [
    [scene.isocenter, WHITE],
    [scene.maximum, [255, 60, 60]],
  ] as const)
    if (place !== undefined && Math.abs(slicePosition(axis, place) - slicePosition(axis, point)) < 1) {
      const [x, y] = pixelOf(plane, place);
      marks.push(...cross(at(x), at(y), [color[0], color[1], color[2]]));
    }
  marks.push(...frame(axis, point, width, height, plane));
  if (legend && scene.dose !== undefined) marks.push(...isodoseLegend(scene, width));
  return { width, height, marks };
}

/** The body and a rim, not more than `REACH` above and below the point; the whole image where there is no body. */
function cornersShown({ ct, body }: SliceScene, point: Vec3): Vec3[] {
  const image = gridCorners(ct);
  const range = (axis: 0 | 1 | 2): [number, number] => {
    const whole = image.map((corner) => corner[axis]);
    let [low, high] = [Math.min(...whole), Math.max(...whole)];
    if (body !== undefined) {
      let [from, to] = [Infinity, -Infinity];
      for (const { points } of body.contours)
        for (let n = axis; n < points.length; n += 3) {
          from = Math.min(from, points[n]);
          to = Math.max(to, points[n]);
        }
      [low, high] = [Math.max(low, from - RIM), Math.min(high, to + RIM)];
    }
    return axis === 2 ? [Math.max(low, point[2] - REACH), Math.min(high, point[2] + REACH)] : [low, high];
  };
  const [x, y, z] = [range(0), range(1), range(2)];
  return [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [x[n & 1], y[(n >> 1) & 1], z[(n >> 2) & 1]]);
}

function frame(axis: SectionAxis, point: Vec3, width: number, height: number, { spacing }: SlicePlane): Mark[] {
  const { left, right, top, bottom } = SLICE_VIEWS[axis].letters;
  const name = { axial: 'z', sagittal: 'x', coronal: 'y' }[axis];
  const scale = 1 / (spacing * FINENESS);
  return [
    ...label(4, height / 2 + 3, left, 9),
    ...label(width - 4, height / 2 + 3, right, 9, { align: 'right' }),
    ...label(width / 2, 10, top, 9, { align: 'center' }),
    ...label(width / 2, height - 4, bottom, 9, { align: 'center' }),
    ...label(4, height - 5, `${axis} ${name} = ${mm(slicePosition(axis, point))} mm`, 6.5),
    ...scaleBar(width - 8, height - 6, 50, scale),
  ];
}

/** Hot to cold, at the right. */
function isodoseLegend({ steps, reference }: SliceScene, width: number): Mark[] {
  return [...steps]
    .sort((a, b) => b.percent - a.percent)
    .flatMap(({ percent, color }, n): Mark[] => {
      const y = 12 + 9 * n;
      return [
        { kind: 'line', points: [width - 74, y - 2, width - 62, y - 2], color: [...color], width: 2 },
        ...label(width - 59, y, `${percent} %  ${((percent * reference) / 100).toFixed(1)} Gy`, 6.5),
      ];
    });
}
