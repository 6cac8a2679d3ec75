import { useDocument } from '#renderer/document/store.ts';
import { IDENTITY, invertAffine, transformVector } from '#shared/geometry/affine.ts';
import { dot, type Vec3 } from '#shared/geometry/vec.ts';
import type { DeformableRegistration } from '#shared/model/registration.ts';
import { fieldSampler } from '#shared/registration/field/fieldSampler.ts';
import { colorAt, colormapByName } from '../../layers/colormaps.ts';
import type { OverlayPainter, PlaneView } from '../../plane/planeView.ts';
import { shownDeformation, useFieldView } from './fieldView.ts';
import { css, haloText, haloWidth } from '../ink.ts';

interface Arrow {
  /** CSS pixels: tail and head, true to scale in the plane. */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Length in space, mm. */
  readonly mm: number;
}

/**
 * Arrows of a deformation on a plane, from where a point of the fixed image is to where the moving image (as its matrices alone lay it) has
 * it, one every `spacing` mm at places that stay fixed in the patient. Undefined places have none.
 */
export function arrowsOn(view: PlaneView, { field, pre = IDENTITY }: DeformableRegistration, spacing: number): Arrow[] {
  const sample = fieldSampler(field);
  // The vectors are added after `pre`: turned back by it they belong to the fixed frame.
  const back = invertAffine(pre) ?? IDENTITY;
  const { right, down, point } = view;
  const middle = view.toPatient(view.width / 2, view.height / 2);
  const [u, v] = [dot(middle, right), dot(middle, down)];
  const [halfU, halfV] = [view.width / 2 / view.scale, view.height / 2 / view.scale];
  const depth: Vec3 = [0, 1, 2].map(
    (axis) => point[axis] - dot(point, right) * right[axis] - dot(point, down) * down[axis],
  ) as unknown as Vec3;
  const arrows: Arrow[] = [];
  const [at, to] = [new Float64Array(3), new Float64Array(3)];
  for (let b = Math.ceil((v - halfV) / spacing); b * spacing <= v + halfV; b++)
    for (let a = Math.ceil((u - halfU) / spacing); a * spacing <= u + halfU; a++) {
      for (let axis = 0; axis < 3; axis++)
        at[axis] = depth[axis] + a * spacing * right[axis] + b * spacing * down[axis];
      to.fill(0);
      if (!sample(at, to)) continue;
      const [x, y, z] = transformVector(back, [to[0], to[1], to[2]]);
      const from = view.toCanvas([at[0], at[1], at[2]]);
      arrows.push({ from, to: view.toCanvas([at[0] + x, at[1] + y, at[2] + z]), mm: Math.hypot(x, y, z) });
    }
  return arrows;
}

/** mm of the warmest colour: what is longer looks the same. */
const HOT = 15;
const COLOURS = colormapByName('Rainbow');

const colourOf = (mm: number): string => {
  const [r, g, b] = colorAt(COLOURS, Math.min(1, mm / HOT)).map((part) => Math.round(255 * part));
  return css([r, g, b]);
};

/** The vector field of the deformation between the two images. */
export const fieldPainter: OverlayPainter = {
  id: 'vector-field',
  order: 15,
  paint(context, view) {
    const { vectors, spacing } = useFieldView.getState();
    const deformation = vectors ? shownDeformation(useDocument.getState().document) : undefined;
    if (deformation === undefined) return;
    const arrows = arrowsOn(view, deformation, spacing);
    context.save();
    context.lineWidth = 1.5;
    for (const { from, to, mm } of arrows) drawArrow(context, from, to, colourOf(mm));
    const most = arrows.reduce((longest, { mm }) => Math.max(longest, mm), 0);
    drawLegend(context, view, `longest ${most.toFixed(1)} mm`);
    context.restore();
  },
};

function drawArrow(
  context: CanvasRenderingContext2D,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  colour: string,
): void {
  const length = Math.hypot(x1 - x0, y1 - y0);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.beginPath();
  // Too short for a shaft, or straight through the plane: a dot says that the field was read here.
  if (length < 2) {
    context.arc(x0, y0, 1.2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const head = Math.min(5, length);
  context.moveTo(x0, y0);
  context.lineTo(x1 - ux * head * 0.7, y1 - uy * head * 0.7);
  context.stroke();
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x1 - ux * head - uy * head * 0.5, y1 - uy * head + ux * head * 0.5);
  context.lineTo(x1 - ux * head + uy * head * 0.5, y1 - uy * head - ux * head * 0.5);
  context.fill();
}

/** An arrow of 10 mm at the plane's scale, and what the colours mean. */
function drawLegend(context: CanvasRenderingContext2D, view: PlaneView, text: string): void {
  const [x, y] = [view.width / 2, view.height - 74];
  const length = 10 * view.scale;
  const words = `10 mm · ${text}`;
  const left = x - (length + 8 + haloWidth(context, words)) / 2;
  drawArrow(context, [left, y], [left + length, y], colourOf(10));
  haloText(context, words, left + length + 8, y + 4, '#ffffff');
}
