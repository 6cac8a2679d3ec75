import { IsocenterError } from '../../contract/errors.ts';
import { measureRoi } from '../../evaluation/statistics.ts';
import { dot } from '../../geometry/vec.ts';
import type { Grid } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import { addedPathLength } from './addedPathLength.ts';
import { combineContours } from '../contours/boolean.ts';
import { boundsOf } from '../contours/rings.ts';
import { shapeField } from '../margins/shapeField.ts';
import { type ContourStack, stackContours, stackPoint } from '../contours/stack.ts';
import { surfaceDistance } from '../margins/surfaceDistance.ts';
import { meanOf, quantileOf, sampleSurface } from './surfaceSamples.ts';

/** Voxels of the working grid at most; larger structures are worked coarser, down to 2 mm. */
const WORK_VOXELS = 1.2e6;

/** How much of two structures is the same. */
export interface Overlap {
  /** cm³ */
  readonly volume: number;
  readonly referenceVolume: number;
  /** 2·|A ∩ B| / (|A| + |B|) (Dice, Ecology 26 (1945) 297). */
  readonly dice: number;
}

/** How far a structure is from the one it is held against; distances in mm. */
export interface Agreement extends Overlap {
  /** Mean over both surfaces of the distance to the other, each by its area. */
  readonly meanSurfaceDistance: number;
  /** The greater of the two distances that 95 % of one surface, by area, do not exceed to the other; and that all of it does not. */
  readonly hausdorff95: number;
  readonly hausdorff: number;
  /** See addedPathLength. */
  readonly addedPathLength: number;
}

/** Volumes by slabs (see stackContours) and their overlap, exact on shared planes. @throws GEOMETRY as combineContours does. */
export function overlapOf(contours: readonly Contour[], reference: readonly Contour[], grid: Grid): Overlap {
  const cm3 = (roi: readonly Contour[]): number => measureRoi(roi, grid)?.volume ?? 0;
  const [volume, referenceVolume] = [cm3(contours), cm3(reference)];
  const shared = cm3(combineContours('intersect', contours, reference, grid));
  return { volume, referenceVolume, dice: (2 * shared) / (volume + referenceVolume) };
}

/**
 * Compares a structure with a reference, both in the frame of reference of `grid`, the image they belong to. Surfaces are interpolated
 * between contour planes as margins do it (shapeField), and sampled on a lattice of 0.5 mm, to 2 mm for large structures.
 * @throws IsocenterError NOT_FOUND when one has no closed contours, GEOMETRY when their planes are not parallel.
 */
export function compareStructures(
  contours: readonly Contour[],
  reference: readonly Contour[],
  grid: Grid,
  names: readonly [string, string] = ['structure', 'reference'],
): Agreement {
  const stacks = [contours, reference].map((roi, n) => stackContours(roi, { grid, name: names[n] }));
  stacks.forEach((stack, n) => {
    if (stack.planes.length === 0)
      throw new IsocenterError('NOT_FOUND', 'has no closed contours to compare', {
        object: names[n],
        attribute: 'ContourData',
      });
  });
  const [a, b] = stacks;
  if (dot(a.normal, b.normal) < 1 - 1e-6 || dot(a.u, b.u) < 1 - 1e-6)
    throw new IsocenterError('GEOMETRY', `its contours are not parallel to those of ${names[1]}`, {
      object: names[0],
      attribute: 'ContourData',
    });
  const work = gridRound(a, b);
  const [fromA, fromB] = stacks.map((stack) => surfaceDistance(shapeField(stack, work), work.dims, work.spacing));
  const onA = sampleSurface(fromA, fromB, work);
  const onB = sampleSurface(fromB, fromA, work);
  const [areaA, areaB] = [onA, onB].map(({ weights }) => weights.reduce((sum, weight) => sum + weight, 0));
  const farthest = (fraction: number): number => Math.max(quantileOf(onA, fraction), quantileOf(onB, fraction));
  return {
    ...overlapOf(contours, reference, grid),
    meanSurfaceDistance: (areaA * meanOf(onA) + areaB * meanOf(onB)) / (areaA + areaB),
    hausdorff95: farthest(0.95),
    hausdorff: farthest(1),
    addedPathLength: addedPathLength(a, b, Math.max(grid.spacing[0], grid.spacing[1])),
  };
}

/** A lattice along the stacks' axes with room round both. */
function gridRound(a: ContourStack, b: ContourStack): Grid {
  const planes = [...a.planes, ...b.planes];
  const [u0, v0, u1, v1] = boundsOf(planes.flatMap((plane) => plane.rings)) ?? [0, 0, 0, 0];
  const low = Math.min(a.planes[0].low, b.planes[0].low);
  const high = Math.max(...planes.map((plane) => plane.high));
  const size = [u1 - u0, v1 - v0, high - low];
  const step = Math.max(0.5, Math.min(2, Math.cbrt(size.reduce((product, mm) => product * (mm + 4), 1) / WORK_VOXELS)));
  const [nu, nv, nw] = size.map((mm) => Math.ceil(mm / step) + 5);
  return {
    dims: [nu, nv, nw],
    spacing: [step, step, step],
    origin: stackPoint(a, u0 - 2 * step, v0 - 2 * step, low - 2 * step),
    direction: [...a.u, ...a.v, ...a.normal],
  };
}
