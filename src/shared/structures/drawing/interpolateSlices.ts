import { IsocenterError } from '../../contract/errors.ts';
import { isolines } from '../../evaluation/isolines.ts';
import { firstMoments } from '../../evaluation/statistics.ts';
import { axisOf, type Grid } from '../../geometry/volume.ts';
import { dot } from '../../geometry/vec.ts';
import type { Contour } from '../../model/structures.ts';
import type { Lattice } from '../contours/coverage.ts';
import { matchParts, type Part, partsOf } from './parts.ts';
import { planarDistance } from '../margins/planarDistance.ts';
import { areaOf, boundsOf, combineRings, type Ring } from '../contours/rings.ts';
import { type ContourStack, ringToPatient, stackContours } from '../contours/stack.ts';

/** A slice nearer than this fraction of the slice spacing to a drawn plane is that plane. */
const ON_PLANE = 0.1;
/** Pixels of a working lattice at most. */
const LATTICE_PIXELS = 20_000;
/** Contours further apart than this are no two cuts of one shape without more being drawn, mm. */
const WIDEST_GAP = 50;

export interface Interpolated {
  /** The new contours only, on slices of the grid between drawn planes. */
  readonly contours: Contour[];
  /** What was left open, and why. */
  readonly warnings: readonly string[];
}

/**
 * Fills the slices of `grid` that lie between a ROI's drawn planes by shape-based interpolation: between two planes their signed
 * distances, blended linearly (Raya and Udupa, IEEE Trans. Med. Imaging 9 (1990) 32). Two parts that continue each other one to one are
 * laid over each other by their centroids, which move on a straight line, so that a shape that shifts keeps its size; parts that overlap
 * otherwise (branches) are blended where they lie. A part without a counterpart ends on its plane, and a gap wider than 50 mm stays
 * open, both with a warning.
 * @throws IsocenterError GEOMETRY for contours that are not planar or not parallel to the grid's k planes.
 */
export function interpolateSlices(contours: readonly Contour[], grid: Grid, name = 'contours'): Interpolated {
  const stack = stackContours(contours, { grid, name });
  if (stack.planes.length > 0 && dot(stack.normal, axisOf(grid, 2)) < 1 - 1e-6)
    throw new IsocenterError('GEOMETRY', 'contours lie on planes oblique to the image; only its slices can be filled', {
      object: name,
      attribute: 'ContourData',
    });
  const made: Contour[] = [];
  const warnings: string[] = [];
  const w0 = dot(grid.origin, stack.normal);
  const dw = grid.spacing[2];
  for (let n = 0; n + 1 < stack.planes.length; n++) {
    const [lower, upper] = [stack.planes[n], stack.planes[n + 1]];
    const gap = upper.offset - lower.offset;
    const slices: number[] = [];
    const last = Math.min(grid.dims[2] - 1, Math.ceil((upper.offset - w0) / dw - ON_PLANE) - 1);
    for (let k = Math.max(0, Math.floor((lower.offset - w0) / dw + ON_PLANE) + 1); k <= last; k++)
      slices.push(w0 + k * dw);
    if (slices.length === 0) continue;
    const where = `between ${lower.offset.toFixed(1)} and ${upper.offset.toFixed(1)} mm`;
    if (gap > WIDEST_GAP) {
      warnings.push(`${name}: the gap of ${gap.toFixed(1)} mm ${where} is left open; draw a contour within it`);
      continue;
    }
    const { groups, endingA, endingB } = matchParts(partsOf(lower.rings), partsOf(upper.rings));
    const ending = endingA.length + endingB.length;
    if (ending > 0)
      warnings.push(`${name}: ${ending} part(s) without a counterpart end ${where}; draw them where they go on`);
    const blends = groups.map(({ a, b }) => blendOf(a, b, grid));
    for (const offset of slices) {
      const f = (offset - lower.offset) / gap;
      const rings = blends.map((blend) => blend(f)).reduce<Ring[]>((all, one) => combineRings('union', all, one), []);
      made.push(...placed(rings, stack, offset));
    }
  }
  return { contours: made, warnings };
}

const placed = (rings: readonly Ring[], stack: ContourStack, offset: number): Contour[] =>
  rings.map((ring) => ({ type: 'CLOSED_PLANAR', points: ringToPatient(stack, ring, offset) }));

/** The rings a fraction 0..1 of the way from `a` to `b`. */
function blendOf(a: readonly Part[], b: readonly Part[], grid: Grid): (f: number) => Ring[] {
  const aligned = a.length === 1 && b.length === 1;
  const [ca, cb] = aligned ? [centroidOf(a[0]), centroidOf(b[0])] : [[0, 0] as const, [0, 0] as const];
  const [ringsA, ringsB] = [moved(a.flat(), -ca[0], -ca[1]), moved(b.flat(), -cb[0], -cb[1])];
  const [u0, v0, u1, v1] = boundsOf([...ringsA, ...ringsB]) ?? [0, 0, 0, 0];
  const step = Math.max(Math.min(grid.spacing[0], 1), Math.sqrt(((u1 - u0) * (v1 - v0)) / LATTICE_PIXELS));
  const lattice: Lattice = {
    width: Math.ceil((u1 - u0) / step) + 5,
    height: Math.ceil((v1 - v0) / step) + 5,
    u0: u0 - 2 * step,
    v0: v0 - 2 * step,
    du: step,
    dv: step,
  };
  const [da, db] = [planarDistance(ringsA, lattice), planarDistance(ringsB, lattice)];
  const depth = new Float32Array(da.length);
  return (f) => {
    for (let p = 0; p < depth.length; p++) depth[p] = -((1 - f) * da[p] + f * db[p]);
    const [cu, cv] = [(1 - f) * ca[0] + f * cb[0], (1 - f) * ca[1] + f * cb[1]];
    return isolines(depth, lattice.width, lattice.height, 0)
      .filter(({ points }) => points.length >= 6)
      .map(({ points }) =>
        Float64Array.from(points, (index, i) =>
          i % 2 === 0 ? lattice.u0 + index * step + cu : lattice.v0 + index * step + cv,
        ),
      );
  };
}

function centroidOf(part: Part): readonly [number, number] {
  const [mu, mv] = firstMoments(part);
  const area = areaOf(part);
  return [mu / area, mv / area];
}

const moved = (rings: readonly Ring[], u: number, v: number): Ring[] =>
  rings.map((ring) => ring.map((value, i) => value + (i % 2 === 0 ? u : v)));
