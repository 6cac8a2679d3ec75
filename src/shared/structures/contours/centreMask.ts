import { dot, type Vec3 } from '../../geometry/vec.ts';
import { axisOf, type Grid, indexToPatient, voxelCount } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import type { Ring } from './rings.ts';
import { type ContourPlane, type ContourStack, stackContours } from './stack.ts';

/**
 * Voxels whose centres lie inside an ROI (1, else 0), x fastest: the rule of the Image Biomarker Standardisation Initiative and of most
 * programs that turn contours into masks. In space the centre belongs to the plane whose slab holds it (see stackContours).
 * @throws IsocenterError GEOMETRY for contours that are not planar or not parallel
 */
export function centreMask(contours: readonly Contour[], grid: Grid): Uint8Array {
  const stack = stackContours(contours, { grid });
  const mask = new Uint8Array(voxelCount(grid));
  const [nx, ny, nz] = grid.dims;
  const along: Vec3 = axisOf(grid, 0);
  const isFlat = Math.abs(dot(along, stack.normal)) < 1e-9;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const start = indexToPatient(grid, [0, j, k]);
      const row = nx * (j + ny * k);
      // A row of voxels within a plane is cut once; one that runs through planes is asked voxel by voxel.
      if (isFlat) fillRow(mask, row, nx, stack, start, along, grid.spacing[0]);
      else for (let i = 0; i < nx; i++) fillRow(mask, row + i, 1, stack, indexToPatient(grid, [i, j, k]), along, 1);
    }
  return mask;
}

/** Marks those of `count` points from `start`, `step` mm apart along `direction`, that lie inside. */
function fillRow(
  mask: Uint8Array,
  at: number,
  count: number,
  stack: ContourStack,
  start: Vec3,
  direction: Vec3,
  step: number,
): void {
  const plane = planeAt(stack, dot(start, stack.normal));
  if (plane === undefined) return;
  const [u, v] = [dot(start, stack.u), dot(start, stack.v)];
  const [du, dv] = [dot(direction, stack.u), dot(direction, stack.v)];
  const crossings = plane.rings.flatMap((ring) => crossingsOf(ring, u, v, du, dv)).sort((a, b) => a - b);
  for (let n = 0; n + 1 < crossings.length; n += 2) {
    // Inside from a crossing, not counting itself, to the next.
    const first = Math.max(0, Math.floor(crossings[n] / step) + 1);
    const last = Math.min(count - 1, Math.floor(crossings[n + 1] / step));
    for (let i = first; i <= last; i++) mask[at + i] = 1;
  }
}

function planeAt({ planes }: ContourStack, offset: number): ContourPlane | undefined {
  let [low, high] = [0, planes.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offset < planes[middle].high) high = middle;
    else low = middle + 1;
  }
  const plane = planes[low];
  return plane !== undefined && offset >= plane.low && offset < plane.high ? plane : undefined;
}

/** Distances from (u, v) along (du, dv) at which that line crosses a ring, backwards ones too; an even number. */
function crossingsOf(ring: Ring, u: number, v: number, du: number, dv: number): number[] {
  const found: number[] = [];
  const side = (i: number): number => (ring[i + 1] - v) * du - (ring[i] - u) * dv;
  const place = (i: number): number => (ring[i] - u) * du + (ring[i + 1] - v) * dv;
  let before = side(ring.length - 2);
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const here = side(i);
    if (here > 0 !== before > 0) found.push(place(i) + (here / (here - before)) * (place(j) - place(i)));
    before = here;
  }
  return found;
}
