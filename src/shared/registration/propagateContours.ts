import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../contract/errors.ts';
import { measureRoi } from '../evaluation/statistics.ts';
import { transformVector } from '../geometry/affine.ts';
import { trilinearSampler } from '../geometry/sampler.ts';
import { axisOf, type Grid, indexToPatient, patientToIndex } from '../geometry/volume.ts';
import { dot, scale, type Vec3 } from '../geometry/vec.ts';
import type { Contour } from '../model/structures.ts';
import { contoursFromMask } from '../structures/contours/contoursFromMask.ts';
import { boundsOf } from '../structures/contours/rings.ts';
import { shapeField } from '../structures/margins/shapeField.ts';
import { type ContourStack, isClosed, stackContours, stackPoint } from '../structures/contours/stack.ts';
import { matrixOfTransform, type PointMap, pointMap, type Transform } from './transform.ts';

/** Voxels of the working grid at most; larger structures are worked coarser, down to 2 mm. */
const WORK_VOXELS = 5e5;
/** A plane nearer than this to a slice of the target lies on it, mm. */
const ON_SLICE = 0.01;
/** A slice that only touches a flat end is not in the structure, mm. */
const SURFACE = 1e-3;
/** Lattice on which the target is searched for the structure, mm. */
const SEARCH = 8;

interface PropagateOptions {
  /** For warnings. */
  readonly name?: string;
  /** The image the contours were drawn on, in their frame. */
  readonly source?: Grid;
  readonly signal?: AbortSignalLike;
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
}

export interface PropagatedContours {
  /** On the k planes of the target; points and open contours where their vertices go. */
  readonly contours: Contour[];
  /** Of what the closed contours enclose, before and after, cm³. */
  readonly volume: { readonly before: number; readonly after: number };
  readonly warnings: readonly string[];
}

/** Both directions between the frame of the contours and that of the target. */
export interface BothWays {
  readonly toTarget: Transform;
  readonly toSource: Transform;
}

/**
 * The structure in another frame of reference, on the slices of `target`. The closed contours become the zero level of a distance field
 * that is interpolated between their planes (shapeField), read at where each pixel of the target comes from, and outlined on its slices;
 * holes stay holes. Where a rigid transform lays every plane on a slice, one after the other, the vertices themselves move.
 * @throws IsocenterError GEOMETRY for contours that are not planar or not parallel, CANCELLED.
 */
export function propagateContours(
  contours: readonly Contour[],
  { toTarget, toSource }: BothWays,
  target: Grid,
  { name = 'structure', source, signal, onProgress }: PropagateOptions = {},
): PropagatedContours {
  const stack = stackContours(contours, { ...(source && { grid: source }), name });
  const there = pointMap(toTarget);
  const { moved, lost } = movedVertices(
    contours.filter((contour) => !isClosed(contour)),
    there,
  );
  const warnings = [...stack.warnings];
  if (lost > 0) warnings.push(`${name}: ${lost} point(s) lie where the registration is not defined`);
  const closed = contours.filter(isClosed);
  const outside = outsideOf(stack, there, target);
  const nowhere = new IsocenterError('GEOMETRY', 'lies on no slice of the image it was to be copied to', {
    object: name,
  });
  if (closed.length > 0 && outside.undefinedPart + outside.beyond > 0.999) throw nowhere;
  const exact = liesOnSlices(stack, toTarget, target);
  const made = exact
    ? movedVertices(closed, there).moved
    : reslice(stack, pointMap(toSource), target, (fraction) => {
        throwIfCancelled(signal);
        onProgress?.(fraction);
      });
  if (closed.length > 0 && made.length === 0) throw nowhere;
  const percent = (part: number): string => `${Math.max(1, Math.round(100 * part))} % of its outline`;
  if (outside.undefinedPart > 0)
    warnings.push(`${name}: ${percent(outside.undefinedPart)} lies where the registration is not defined`);
  if (outside.beyond > 0) warnings.push(`${name}: ${percent(outside.beyond)} ends beyond the image`);
  const volume = {
    before: measureRoi(closed, source)?.volume ?? 0,
    after: measureRoi(made, target)?.volume ?? 0,
  };
  return { contours: [...made, ...moved], volume, warnings };
}

/** Contours with each vertex moved; a point or open line one of whose vertices has nowhere to go is left out. */
function movedVertices(contours: readonly Contour[], map: PointMap): { moved: Contour[]; lost: number } {
  const point = new Float64Array(3);
  const moved: Contour[] = [];
  for (const { type, points } of contours) {
    const next = new Float64Array(points.length);
    let whole = true;
    for (let p = 0; p < points.length; p += 3) {
      point.set([points[p], points[p + 1], points[p + 2]]);
      whole &&= map(point);
      next.set(point, p);
    }
    if (whole) moved.push({ type: type === 'OPEN_PLANAR' ? 'OPEN_NONPLANAR' : type, points: next });
  }
  return { moved, lost: contours.length - moved.length };
}

/** Whether the transform is rigid and lays the planes on slices of the target without leaving one of them out between. */
function liesOnSlices(stack: ContourStack, toTarget: Transform, target: Grid): boolean {
  const matrix = matrixOfTransform(toTarget);
  if (matrix === undefined || stack.planes.length === 0) return false;
  if (Math.abs(dot(transformVector(matrix, stack.normal), axisOf(target, 2))) < 1 - 1e-9) return false;
  const map = pointMap(toTarget);
  const slices = stack.planes.map(({ offset, rings }) => {
    const point = Float64Array.from(stackPoint(stack, rings[0][0], rings[0][1], offset));
    map(point);
    return patientToIndex(target, [point[0], point[1], point[2]])[2];
  });
  const tolerance = ON_SLICE / target.spacing[2];
  return slices.every((slice, n) => {
    const nearest = Math.round(slice);
    const within = nearest >= 0 && nearest < target.dims[2] && Math.abs(slice - nearest) <= tolerance;
    return within && (n === 0 || Math.abs(Math.abs(slice - slices[n - 1]) - 1) <= 2 * tolerance);
  });
}

/** The structure's box in its stack, (u, v, w) mm. */
interface StackBox {
  readonly low: Vec3;
  readonly high: Vec3;
}

function boxOf(stack: ContourStack): StackBox | undefined {
  const box = boundsOf(stack.planes.flatMap(({ rings }) => rings));
  if (!box) return undefined;
  return {
    low: [box[0], box[1], stack.planes[0].low],
    high: [box[2], box[3], stack.planes[stack.planes.length - 1].high],
  };
}

/** The distance field of the stack on a grid of its own with a border of three voxels, negative inside. */
function distanceField(stack: ContourStack, { low, high }: StackBox) {
  const size = [0, 1, 2].map((axis) => high[axis] - low[axis]);
  const step = Math.max(0.4, Math.min(2, Math.cbrt(((size[0] + 4) * (size[1] + 4) * (size[2] + 4)) / WORK_VOXELS)));
  const layers = Math.max(1, Math.round(stack.spacing / step));
  const spacing: Vec3 = [step, step, stack.spacing / layers];
  const border = 3;
  const dims = size.map((mm, axis) => Math.ceil(mm / spacing[axis]) + 1 + 2 * border);
  // Layers include the planes where these are evenly spaced.
  const below = Math.ceil((stack.planes[0].offset - low[2]) / spacing[2]) + border;
  const start: Vec3 = [low[0] - border * step, low[1] - border * step, stack.planes[0].offset - below * spacing[2]];
  const grid: Grid = {
    dims: [dims[0], dims[1], dims[2] + 1],
    spacing,
    origin: stackPoint(stack, ...start),
    direction: [...stack.u, ...stack.v, ...stack.normal],
  };
  return { ...grid, data: shapeField(stack, grid) };
}

function reslice(
  stack: ContourStack,
  toSource: PointMap,
  target: Grid,
  onSlice: (fraction: number) => void,
): Contour[] {
  const box = boxOf(stack);
  const region = box && regionOf(stack, box, toSource, target);
  if (region === undefined) return [];
  const sample = trilinearSampler(distanceField(stack, box as StackBox));
  const [nx, ny, nz] = region.dims;
  const depth = new Float32Array(nx * ny);
  const point = new Float64Array(3);
  const contours: Contour[] = [];
  const [u, v] = [scale(axisOf(region, 0), region.spacing[0]), scale(axisOf(region, 1), region.spacing[1])];
  for (let k = 0; k < nz; k++) {
    onSlice(k / nz);
    const origin = indexToPatient(region, [0, 0, k]);
    let p = 0;
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        for (let axis = 0; axis < 3; axis++) point[axis] = origin[axis] + i * u[axis] + j * v[axis];
        const distance = toSource(point) ? sample(point[0], point[1], point[2]) : 2;
        depth[p] = distance < 2 ? -distance : -2;
      }
    contours.push(...contoursFromMask(depth, { ...region, dims: [nx, ny, 1], origin }, SURFACE, -2));
  }
  return contours;
}

/**
 * The part of the target that the structure can lie in, in pixels of at most 1 mm: nodes of a lattice over it are asked where they come
 * from, and kept when that is nearer to the structure's box than a cell of the lattice reaches, even stretched to twice its length.
 */
function regionOf(stack: ContourStack, box: StackBox, toSource: PointMap, target: Grid): Grid | undefined {
  const reach = 2 * SEARCH * Math.sqrt(3);
  const nodes = target.dims.map((n, axis) => Math.ceil(((n - 1) * target.spacing[axis]) / SEARCH) + 1);
  const per = target.spacing.map((mm) => SEARCH / mm);
  const [first, last] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  const point = new Float64Array(3);
  for (let c = 0; c < nodes[2]; c++)
    for (let b = 0; b < nodes[1]; b++)
      for (let a = 0; a < nodes[0]; a++) {
        const index: Vec3 = [a * per[0], b * per[1], c * per[2]];
        point.set(indexToPatient(target, index));
        if (!toSource(point)) continue;
        const at: Vec3 = [point[0], point[1], point[2]];
        const placed = [dot(at, stack.u), dot(at, stack.v), dot(at, stack.normal)];
        if (placed.some((mm, axis) => mm < box.low[axis] - reach || mm > box.high[axis] + reach)) continue;
        for (let axis = 0; axis < 3; axis++) {
          first[axis] = Math.min(first[axis], index[axis]);
          last[axis] = Math.max(last[axis], index[axis]);
        }
      }
  if (first[0] === Infinity) return undefined;
  const from = first.map((index, axis) => Math.max(0, Math.floor(index - per[axis])));
  const to = last.map((index, axis) => Math.min(target.dims[axis] - 1, Math.ceil(index + per[axis])));
  const finer = [0, 1].map((axis) => Math.max(1, Math.ceil(target.spacing[axis] - 1e-6)));
  return {
    dims: [(to[0] - from[0]) * finer[0] + 1, (to[1] - from[1]) * finer[1] + 1, to[2] - from[2] + 1],
    spacing: [target.spacing[0] / finer[0], target.spacing[1] / finer[1], target.spacing[2]],
    origin: indexToPatient(target, [from[0], from[1], from[2]]),
    direction: target.direction,
  };
}

/** Which parts of the outlines have nowhere to go, or end beyond the target; 0..1. */
function outsideOf(stack: ContourStack, there: PointMap, target: Grid): { undefinedPart: number; beyond: number } {
  const point = new Float64Array(3);
  let [lost, beyond, count] = [0, 0, 0];
  for (const { rings, offset } of stack.planes)
    for (const ring of rings)
      for (let p = 0; p < ring.length; p += 2 * Math.max(1, Math.floor(ring.length / 60))) {
        count++;
        point.set(stackPoint(stack, ring[p], ring[p + 1], offset));
        if (!there(point)) lost++;
        else if (!within(target, [point[0], point[1], point[2]])) beyond++;
      }
  return count === 0 ? { undefinedPart: 0, beyond: 0 } : { undefinedPart: lost / count, beyond: beyond / count };
}

const within = (grid: Grid, point: Vec3): boolean =>
  patientToIndex(grid, point).every((index, axis) => index >= -0.5 && index <= grid.dims[axis] - 0.5);
