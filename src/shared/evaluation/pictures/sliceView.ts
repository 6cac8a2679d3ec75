import { dot, subtract, type Vec3 } from '../../geometry/vec.ts';
import { type Grid, indexToPatient } from '../../geometry/volume.ts';
import type { SectionAxis } from '../../structures/contours/section.ts';
import type { SlicePlane } from '../slice.ts';

/** How an orthogonal plane is turned on paper, and what lies at its sides. */
export interface SliceView {
  readonly right: Vec3;
  readonly down: Vec3;
  readonly letters: { readonly left: string; readonly right: string; readonly top: string; readonly bottom: string };
}

export const SLICE_VIEWS: Readonly<Record<SectionAxis, SliceView>> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0], letters: { left: 'R', right: 'L', top: 'A', bottom: 'P' } },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1], letters: { left: 'A', right: 'P', top: 'H', bottom: 'F' } },
  coronal: { right: [1, 0, 0], down: [0, 0, -1], letters: { left: 'R', right: 'L', top: 'H', bottom: 'F' } },
};

const NORMAL: Readonly<Record<SectionAxis, 0 | 1 | 2>> = { axial: 2, sagittal: 0, coronal: 1 };

/** LPS mm along the normal of a plane through `point`. */
export const slicePosition = (axis: SectionAxis, point: Vec3): number => point[NORMAL[axis]];

/** The plane through `point` that shows all of a grid, or of a box round something (LPS mm), in pixels of `spacing` mm. */
export function slicePlane(shown: readonly Vec3[], axis: SectionAxis, point: Vec3, spacing: number): SlicePlane {
  const { right, down } = SLICE_VIEWS[axis];
  const extent = (direction: Vec3): [number, number] => {
    const along = shown.map((corner) => dot(corner, direction));
    return [Math.min(...along), Math.max(...along)];
  };
  const [left, most] = extent(right);
  const [top, bottom] = extent(down);
  const origin = ([0, 1, 2] as const).map((n) => {
    if (right[n] !== 0) return right[n] * left;
    return down[n] !== 0 ? down[n] * top : point[n];
  });
  return {
    origin: [origin[0], origin[1], origin[2]],
    right,
    down,
    width: Math.floor((most - left) / spacing),
    height: Math.floor((bottom - top) / spacing),
    spacing,
  };
}

/** The eight corners of a grid's voxels, LPS mm. */
export const gridCorners = (grid: Grid): Vec3[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
    const end = (axis: 0 | 1 | 2): number => ((corner >> axis) & 1 ? grid.dims[axis] - 0.5 : -0.5);
    return indexToPatient(grid, [end(0), end(1), end(2)]);
  });

/** Pixel position of a point on the plane. */
export function pixelOf({ origin, right, down, spacing }: SlicePlane, point: Vec3): readonly [number, number] {
  const offset = subtract(point, origin);
  return [dot(offset, right) / spacing, dot(offset, down) / spacing];
}
