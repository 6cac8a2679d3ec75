import { IsocenterError } from '../../contract/errors.ts';
import { axisOf, type Grid } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import { contoursFromMask } from '../contours/contoursFromMask.ts';
import { dilateAlong, type Reach } from './dilateAlong.ts';
import { stackOnSlices, workGrid } from './margin.ts';
import { shapeField } from './shapeField.ts';

/** The patient's directions, in pairs along LPS x, y and z: towards − and towards +. */
export const DIRECTIONS = ['right', 'left', 'anterior', 'posterior', 'inferior', 'superior'] as const;

/**
 * The ROI grown (all margins ≥ 0) or shrunk (all ≤ 0) by a margin of its own in each of the patient's directions, mm: the sum with
 * (shrunk: what keeps clear by) a solid of eight eighths of ellipsoids that have the margins as semi-axes. Otherwise as expandContours:
 * surface between the planes, contours on the k planes of `grid`, about 0.2 mm.
 * @param rest margin in directions that `margins` does not name
 * @throws IsocenterError USAGE when some margins grow and others shrink, GEOMETRY for an image oblique to the patient's axes, and as
 * expandContours does.
 */
export function expandDirectionally(
  contours: readonly Contour[],
  rest: number,
  margins: ReadonlyMap<string, number>,
  grid: Grid,
): Contour[] {
  const all = DIRECTIONS.map((direction) => margins.get(direction) ?? rest);
  const shrinks = all.some((mm) => mm < 0);
  if (!all.every(Number.isFinite) || (shrinks && all.some((mm) => mm > 0)))
    throw new IsocenterError('USAGE', 'margins must all grow or all shrink; nest two for both', {
      attribute: 'margin',
    });
  const stack = stackOnSlices(contours, grid);
  if (stack.planes.length === 0) return [];
  // What is shrunk from the left is the outside growing towards the right.
  const reach = ([0, 1, 2] as const).map((axis): Reach => {
    const [minus, plus] = alongAxis(all, grid, axis).map(Math.abs);
    return shrinks ? [plus, minus] : [minus, plus];
  });
  const work = workGrid(stack, shrinks ? 0 : Math.max(...all), grid, 2);
  if (!work) return [];
  const field = shapeField(stack, work.fine);
  if (shrinks) for (let p = 0; p < field.length; p++) field[p] = -field[p];
  const size = work.fine.dims[0] * work.fine.dims[1];
  const [rows, columns] = [0, 1].map((axis) => dilateAlong(axis, field, work.fine, reach));
  const depth = new Float32Array(size * work.planes);
  for (let k = 0; k < work.planes; k++) {
    const layer = work.first + k * work.perPlane;
    const [inRow, inColumn] = [rows(layer), columns(layer)];
    for (let p = 0; p < size; p++) {
      const d = straightDistance(inRow[p], inColumn[p]);
      depth[k * size + p] = shrinks ? -d : d;
    }
  }
  const slices: Grid = {
    ...work.fine,
    dims: [work.fine.dims[0], work.fine.dims[1], work.planes],
    spacing: [work.fine.spacing[0], work.fine.spacing[1], grid.spacing[2]],
    origin: work.origin,
  };
  return contoursFromMask(depth, slices, -1e-3, -1);
}

/** The distance from a straight edge whose crossings lie these distances away along two axes, positive inside. */
function straightDistance(a: number, b: number): number {
  if (a < 0 !== b < 0) return Math.max(a, b);
  const [x, y] = [Math.abs(a), Math.abs(b)];
  return x + y === 0 ? 0 : Math.sign(a + b) * ((x * y) / Math.hypot(x, y));
}

/** Margins towards − and + of one of the grid's axes. */
function alongAxis(margins: readonly number[], grid: Grid, axis: 0 | 1 | 2): [number, number] {
  const direction = axisOf(grid, axis);
  const patient = direction.findIndex((part) => Math.abs(part) > 0.999);
  if (patient < 0)
    throw new IsocenterError('GEOMETRY', 'the image is oblique to the patient, whose directions the margins follow', {
      object: 'margin',
      attribute: 'ImageOrientationPatient',
    });
  const [minus, plus] = [margins[2 * patient], margins[2 * patient + 1]];
  return direction[patient] > 0 ? [minus, plus] : [plus, minus];
}
