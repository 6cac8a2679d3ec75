import { setActiveTool } from '#renderer/viewports/activeTool.ts';
import { useLayers } from '#renderer/viewports/layers/layers.ts';
import { requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import type { OverlayPainter, PlaneTool, PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { transformPoint, type Mat4 } from '#shared/geometry/affine.ts';
import { type Grid, indexToPatient } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { Box } from '#shared/registration/prepare.ts';
import { useRegistering } from './registering.ts';

/** The box round points, LPS mm. */
function boxOf(points: Iterable<Vec3>): Box | null {
  const [min, max] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  for (const point of points)
    for (const axis of [0, 1, 2]) {
      min[axis] = Math.min(min[axis], point[axis]);
      max[axis] = Math.max(max[axis], point[axis]);
    }
  return min[0] > max[0] ? null : { min: [min[0], min[1], min[2]], max: [max[0], max[1], max[2]] };
}

function* corners({ min, max }: Box): Iterable<Vec3> {
  for (const x of [min[0], max[0]]) for (const y of [min[1], max[1]]) for (const z of [min[2], max[2]]) yield [x, y, z];
}

/** The box of a structure with `margin` mm around it; null when it has no contour. */
export function boxOfRoi({ contours }: Roi, margin: number): Box | null {
  const points = contours.flatMap(({ points: flat }) =>
    Array.from({ length: flat.length / 3 }, (_, i): Vec3 => [flat[3 * i], flat[3 * i + 1], flat[3 * i + 2]]),
  );
  const box = boxOf(points);
  if (box === null) return null;
  const grown = (sign: number) => (value: number) => value + sign * margin;
  return { min: box.min.map(grown(-1)) as unknown as Vec3, max: box.max.map(grown(1)) as unknown as Vec3 };
}

/** The box round a box in another frame. */
export const movedBox = (box: Box, matrix: Mat4): Box =>
  boxOf([...corners(box)].map((corner) => transformPoint(matrix, corner))) ?? box;

/** The box of an image's voxels. */
const boxOfGrid = (grid: Grid): Box | null =>
  boxOf(
    [...corners({ min: [0, 0, 0], max: [grid.dims[0] - 1, grid.dims[1] - 1, grid.dims[2] - 1] })].map((index) =>
      indexToPatient(grid, index),
    ),
  );

/**
 * Drag draws the region on a plane: its two axes take the drag's extent, the third keeps the region's, or the whole image's where there
 * was none. Drawn again on another plane it becomes a box of all three.
 */
export function regionTool(): PlaneTool {
  let start: Vec3 | null = null;
  let before: Box | null = null;
  const show = (region: Box | null): void => {
    useRegistering.setState({ region });
    requestRepaint();
  };
  return {
    id: 'region',
    cursor: 'crosshair',
    onPointerDown(event) {
      [start, before] = [event.point, useRegistering.getState().region];
      return true;
    },
    onPointerMove(event) {
      const { primary } = useLayers.getState();
      if (start === null || primary === null) return false;
      const whole = before ?? boxOfGrid(primary.image);
      const drawn = boxOf([start, event.point]);
      if (whole === null || drawn === null) return false;
      const through = throughAxis(event.view);
      const pick = (side: 'min' | 'max'): Vec3 =>
        drawn[side].map((value, axis) => (axis === through ? whole[side][axis] : value)) as unknown as Vec3;
      show({ min: pick('min'), max: pick('max') });
      return true;
    },
    onPointerUp() {
      start = null;
      setActiveTool(null);
      return true;
    },
    cancel() {
      if (start !== null) show(before);
      start = null;
    },
  };
}

/** The LPS axis that a plane is seen along. */
function throughAxis({ normal }: Pick<PlaneView, 'normal'>): number {
  const sizes = normal.map(Math.abs);
  return sizes.indexOf(Math.max(...sizes));
}

/** The region on every plane that cuts it. */
export const regionPainter: OverlayPainter = {
  id: 'registration-region',
  order: 30,
  paint(context, view) {
    const { region } = useRegistering.getState();
    if (region === null) return;
    const axis = throughAxis(view);
    if (view.point[axis] < region.min[axis] || view.point[axis] > region.max[axis]) return;
    const seen = [...corners(region)].map((corner) => view.toCanvas(corner));
    const [xs, ys] = [seen.map(([x]) => x), seen.map(([, y]) => y)];
    context.setLineDash([6, 4]);
    context.strokeStyle = '#ffb454';
    context.lineWidth = 1.5;
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    context.strokeRect(left, top, Math.max(...xs) - left, Math.max(...ys) - top);
  },
};
