import { IsocenterError } from '../../contract/errors.ts';
import { dot } from '../../geometry/vec.ts';
import type { Grid } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import { type BooleanOperation, combineRings, type Ring } from './rings.ts';
import { type ContourStack, ringToPatient, stackContours } from './stack.ts';

/** Planes nearer than this are the same plane, mm. */
const SAME_PLANE = 0.05;

/** The rings of the plane whose slab holds `offset`; none between and beyond slabs. */
export function ringsAt(stack: ContourStack, offset: number): readonly Ring[] {
  const near = stack.planes.find((plane) => Math.abs(plane.offset - offset) <= SAME_PLANE);
  return (near ?? stack.planes.find((plane) => plane.low <= offset && offset < plane.high))?.rings ?? [];
}

/** Whether every plane of `a` between the ends of `b` is a plane of `b`. */
const sharesPlanes = (a: ContourStack, b: ContourStack): boolean =>
  a.planes.every(
    ({ offset }) =>
      b.planes.length === 0 ||
      offset < b.planes[0].low ||
      offset >= b.planes[b.planes.length - 1].high ||
      b.planes.some((plane) => Math.abs(plane.offset - offset) <= SAME_PLANE),
  );

/**
 * Union, intersection, difference (a − b) or exclusive or of two ROIs, exact per plane. ROIs drawn on the same planes keep
 * them; otherwise both are taken at the k planes of `grid` (each contour standing for its slab) and the result lies there.
 * @throws IsocenterError GEOMETRY when the ROIs' planes are not parallel to each other.
 */
export function combineContours(
  operation: BooleanOperation,
  a: readonly Contour[],
  b: readonly Contour[],
  grid: Grid,
): Contour[] {
  const stackA = stackContours(a, { grid });
  const stackB = stackContours(b, { grid });
  if (stackA.planes.length === 0 && stackB.planes.length === 0) return [];
  const frame = stackA.planes.length > 0 ? stackA : stackB;
  if (stackA.planes.length > 0 && stackB.planes.length > 0 && dot(stackA.normal, stackB.normal) < 1 - 1e-6)
    throw new IsocenterError('GEOMETRY', 'the two structures lie on planes that are not parallel', {
      object: operation,
      attribute: 'ContourData',
    });
  const offsets =
    sharesPlanes(stackA, stackB) && sharesPlanes(stackB, stackA)
      ? ownOffsets(stackA, stackB)
      : Array.from({ length: grid.dims[2] }, (_, k) => dot(grid.origin, frame.normal) + k * grid.spacing[2]);
  const contours: Contour[] = [];
  for (const offset of offsets)
    for (const ring of combineRings(operation, ringsAt(stackA, offset), ringsAt(stackB, offset)))
      contours.push({ type: 'CLOSED_PLANAR', points: ringToPatient(frame, ring, offset) });
  return contours;
}

function ownOffsets(a: ContourStack, b: ContourStack): number[] {
  const all = [...a.planes, ...b.planes].map((plane) => plane.offset).sort((x, y) => x - y);
  return all.filter((offset, i) => i === 0 || offset - all[i - 1] > SAME_PLANE);
}
