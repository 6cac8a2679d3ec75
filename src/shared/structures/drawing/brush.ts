import { dot, type Vec3 } from '../../geometry/vec.ts';
import { axisOf, type Grid, indexToPatient } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import { editRings, type Ring, signedArea } from '../contours/rings.ts';
import { isClosed, ringOf, ringToPatient } from '../contours/stack.ts';

/** Vertices closer to the outline than this are dropped after each edit, mm. */
const SIMPLIFY = 0.02;
/** Crumbs smaller than this that an edit leaves behind are dropped, mm². */
const CRUMB = 0.05;

/** The plane being edited. LPS = u·U + v·V + offset·N; edits touch contours within `reach` mm of it. */
export interface EditPlane {
  readonly u: Vec3;
  readonly v: Vec3;
  readonly normal: Vec3;
  readonly offset: number;
  readonly reach: number;
}

/** Slice k of an image as the plane to edit: contours less than half a slice away belong to it. */
export function slicePlane(grid: Grid, k: number): EditPlane {
  const normal = axisOf(grid, 2);
  const offset = dot(indexToPatient(grid, [0, 0, k]), normal);
  return { u: axisOf(grid, 0), v: axisOf(grid, 1), normal, offset, reach: grid.spacing[2] / 2 };
}

/** Points in LPS mm projected on the plane, as u, v pairs. */
export function projectPath(points: readonly Vec3[], plane: Pick<EditPlane, 'u' | 'v'>): Ring {
  return Float64Array.from(points.flatMap((point) => [dot(point, plane.u), dot(point, plane.v)]));
}

/**
 * Adds a shape to the ROI's area on one plane, or takes it away. Contours on other planes are returned as they are (same
 * objects); on this one the result is clean outer contours and holes. Existing contours keep their own plane when it lies
 * within the plane's reach; only an ROI without contours there gets new ones on the plane itself.
 */
export function editContours(
  contours: readonly Contour[],
  plane: EditPlane,
  shape: readonly Ring[],
  mode: 'add' | 'subtract',
): Contour[] {
  const distance = (contour: Contour): number => Math.abs(offsetOf(contour, plane) - plane.offset);
  const near = contours.filter((contour) => isClosed(contour) && distance(contour) < plane.reach);
  const nearest = near.reduce<Contour | undefined>(
    (best, contour) => (best === undefined || distance(contour) < distance(best) ? contour : best),
    undefined,
  );
  const offset = nearest ? offsetOf(nearest, plane) : plane.offset;
  // Two contour planes inside one slice: only the nearer one is edited.
  const edited = new Set(near.filter((contour) => Math.abs(offsetOf(contour, plane) - offset) < 0.05));
  // Even–odd on both sides: neither has to be normalised first.
  const before = [...edited].map((contour) => ringOf(contour, plane));
  const rings = editRings(mode === 'add' ? 'union' : 'subtract', before, shape, SIMPLIFY).filter(
    (ring) => Math.abs(signedArea(ring)) >= CRUMB,
  );
  const reference = nearest?.referencedSopInstanceUid;
  return [
    ...contours.filter((contour) => !edited.has(contour)),
    ...rings.map((ring) => ({
      type: 'CLOSED_PLANAR' as const,
      points: ringToPatient(plane, ring, offset),
      ...(reference === undefined ? {} : { referencedSopInstanceUid: reference }),
    })),
  ];
}

const offsetOf = (contour: Contour, plane: EditPlane): number => {
  const { points: p } = contour;
  let sum = 0;
  for (let i = 0; i < p.length; i += 3)
    sum += p[i] * plane.normal[0] + p[i + 1] * plane.normal[1] + p[i + 2] * plane.normal[2];
  return sum / (p.length / 3);
};
