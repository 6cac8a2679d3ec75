import { IsocenterError } from '../../contract/errors.ts';
import { axisOf, type Grid } from '../../geometry/volume.ts';
import { cross, dot, length, normalize, type Vec3 } from '../../geometry/vec.ts';
import type { Contour } from '../../model/structures.ts';
import type { Ring } from './rings.ts';

/** A contour may leave its plane by this much (rounded coordinates of other systems), mm. */
const PLANARITY_TOLERANCE = 0.2;
/** Contours nearer than this along the normal lie on one plane, mm. */
const PLANE_TOLERANCE = 0.05;
/** A gap up to this many nominal spacings is one skipped plane and is bridged; a wider one separates two parts. */
const BRIDGED_GAP = 2.2;

export interface ContourPlane {
  /** Distance of the plane from the LPS origin along the stack's normal, mm. */
  readonly offset: number;
  /** The slab this plane stands for: low ≤ w < high, mm along the normal. */
  readonly low: number;
  readonly high: number;
  /** As drawn, even–odd; (u, v) mm. */
  readonly rings: readonly Ring[];
  /** The contour of each ring. */
  readonly contours: readonly Contour[];
}

/** The closed contours of one ROI as parallel planes. LPS point = u·U + v·V + w·N with N = U × V. */
export interface ContourStack {
  readonly u: Vec3;
  readonly v: Vec3;
  readonly normal: Vec3;
  /** In rising offset. */
  readonly planes: readonly ContourPlane[];
  /** Nominal distance between planes: the median gap, mm. */
  readonly spacing: number;
  readonly warnings: readonly string[];
}

interface Frame {
  readonly u: Vec3;
  readonly v: Vec3;
  readonly normal: Vec3;
}

const LPS_FRAMES: readonly Frame[] = [
  { u: [1, 0, 0], v: [0, 1, 0], normal: [0, 0, 1] },
  { u: [0, 1, 0], v: [0, 0, 1], normal: [1, 0, 0] },
  { u: [0, 0, 1], v: [1, 0, 0], normal: [0, 1, 0] },
];

export const isClosed = (contour: Contour): boolean =>
  contour.type === 'CLOSED_PLANAR' || contour.type === 'CLOSEDPLANAR_XOR';

/** Point (u, v) of the plane at `offset` in LPS mm. */
export function stackPoint(stack: Frame, u: number, v: number, offset: number): Vec3 {
  const { u: a, v: b, normal: n } = stack;
  return [
    u * a[0] + v * b[0] + offset * n[0],
    u * a[1] + v * b[1] + offset * n[1],
    u * a[2] + v * b[2] + offset * n[2],
  ];
}

/** The points of `ring` in LPS mm, as a Contour carries them. */
export function ringToPatient(stack: Frame, ring: Ring, offset: number): Float64Array {
  const points = new Float64Array((ring.length / 2) * 3);
  for (let i = 0; i < ring.length / 2; i++) points.set(stackPoint(stack, ring[2 * i], ring[2 * i + 1], offset), 3 * i);
  return points;
}

/** Vertices of a contour in a frame's (u, v). */
export function ringOf(contour: Pick<Contour, 'points'>, frame: Pick<Frame, 'u' | 'v'>): Ring {
  const { u, v } = frame;
  const p = contour.points;
  const ring = new Float64Array((p.length / 3) * 2);
  for (let i = 0, k = 0; i < p.length; i += 3, k += 2) {
    ring[k] = p[i] * u[0] + p[i + 1] * u[1] + p[i + 2] * u[2];
    ring[k + 1] = p[i] * v[0] + p[i + 1] * v[1] + p[i + 2] * v[2];
  }
  return ring;
}

function offsetRange(contour: Contour, normal: Vec3): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  const p = contour.points;
  for (let i = 0; i < p.length; i += 3) {
    const w = p[i] * normal[0] + p[i + 1] * normal[1] + p[i + 2] * normal[2];
    if (w < low) low = w;
    if (w > high) high = w;
  }
  return [low, high];
}

const fits = (contours: readonly Contour[], normal: Vec3): boolean =>
  contours.every((contour) => {
    const [low, high] = offsetRange(contour, normal);
    return high - low <= PLANARITY_TOLERANCE;
  });

/** Area vector of a polygon (Newell 1972): its direction is the plane's normal. */
function areaVector(points: Float64Array): Vec3 {
  const sum: [number, number, number] = [0, 0, 0];
  const at = (i: number): Vec3 => [points[i] - points[0], points[i + 1] - points[1], points[i + 2] - points[2]];
  for (let i = 0, j = points.length - 3; i < points.length; j = i, i += 3) {
    const c = cross(at(j), at(i));
    for (let axis = 0; axis < 3; axis++) sum[axis] += c[axis];
  }
  return sum;
}

function ownFrame(contours: readonly Contour[]): Frame {
  let sum: Vec3 = [0, 0, 0];
  for (const contour of contours) {
    const area = areaVector(contour.points);
    const sign = dot(area, sum) < 0 ? -1 : 1;
    sum = [sum[0] + sign * area[0], sum[1] + sign * area[1], sum[2] + sign * area[2]];
  }
  let normal = normalize(sum);
  const main = normal.reduce((best, value, axis) => (Math.abs(value) > Math.abs(normal[best]) ? axis : best), 0);
  if (normal[main] < 0) normal = [-normal[0], -normal[1], -normal[2]];
  const helper: Vec3 = Math.abs(normal[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  const v = normalize(cross(normal, helper));
  return { u: cross(v, normal), v, normal };
}

/** The frame all contours share: the grid's k planes when they lie on them, else LPS planes, else their own normal. */
function frameFor(contours: readonly Contour[], grid: Grid | undefined, object: string): Frame {
  const candidates = [
    ...(grid ? [{ u: axisOf(grid, 0), v: axisOf(grid, 1), normal: axisOf(grid, 2) }] : []),
    ...LPS_FRAMES,
    ownFrame(contours),
  ];
  const frame = candidates.find((candidate) => length(candidate.normal) > 0.5 && fits(contours, candidate.normal));
  if (!frame)
    throw new IsocenterError('GEOMETRY', 'contours are not planar or lie on planes that are not parallel', {
      object,
      attribute: 'ContourData',
    });
  return frame;
}

const sameRing = (a: Ring, b: Ring): boolean =>
  a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) < 1e-6);

export interface StackOptions {
  /** Grid whose k planes the contours were probably drawn on. */
  readonly grid?: Grid;
  /** Slab thickness for a structure on one plane only, mm. Default: the grid's k spacing, without a grid 1 mm; always warned. */
  readonly singlePlaneThickness?: number;
  /** Name used in errors and warnings. */
  readonly name?: string;
}

/**
 * Sorts closed contours into parallel planes. Each plane stands for the slab that reaches half way to its neighbours (half the
 * median gap at the two ends: the end caps, and beside gaps wider than 2.2 median gaps). Open contours and points have no
 * interior and are left out. An exact duplicate on a plane is dropped: under the even–odd rule it would erase its twin.
 * @throws IsocenterError GEOMETRY when contours are not planar, not parallel or hold a number that is not finite.
 */
export function stackContours(contours: readonly Contour[], options: StackOptions = {}): ContourStack {
  const object = options.name ?? 'contours';
  const closed = contours.filter((contour) => isClosed(contour) && contour.points.length >= 9);
  const warnings: string[] = [];
  if (closed.some((contour) => contour.points.length % 3 !== 0 || !contour.points.every(Number.isFinite)))
    throw new IsocenterError('GEOMETRY', 'contour points must be finite triplets', {
      object,
      attribute: 'ContourData',
    });
  const degenerate = contours.filter(isClosed).length - closed.length;
  if (degenerate > 0) warnings.push(`${object}: ${degenerate} closed contour(s) with fewer than 3 points ignored`);
  const frame = closed.length > 0 ? frameFor(closed, options.grid, object) : LPS_FRAMES[0];

  const drawn = closed
    .map((contour) => {
      const [low, high] = offsetRange(contour, frame.normal);
      return { offset: (low + high) / 2, ring: ringOf(contour, frame), contour };
    })
    .sort((a, b) => a.offset - b.offset);
  const planes: { offset: number; rings: Ring[]; contours: Contour[] }[] = [];
  let duplicates = 0;
  for (const { offset, ring, contour } of drawn) {
    const last = planes.at(-1);
    if (!last || offset - last.offset > PLANE_TOLERANCE) planes.push({ offset, rings: [ring], contours: [contour] });
    else if (last.rings.some((other) => sameRing(other, ring))) duplicates++;
    else {
      last.rings.push(ring);
      last.contours.push(contour);
    }
  }
  if (duplicates > 0) warnings.push(`${object}: ${duplicates} duplicate contour(s) ignored`);

  const { gaps, spacing, limits } = slabsOf(
    planes.map((plane) => plane.offset),
    options.singlePlaneThickness ?? options.grid?.spacing[2] ?? 1,
  );
  if (planes.length === 1) warnings.push(`${object}: one contour plane only; its thickness is taken as ${spacing} mm`);
  gaps.forEach((gap, i) => {
    if (gap > 1.5 * spacing)
      warnings.push(
        `${object}: gap of ${gap.toFixed(1)} mm between contour planes at ${planes[i].offset.toFixed(1)} mm ` +
          (gap > BRIDGED_GAP * spacing ? '(left open)' : '(bridged)'),
      );
  });
  return { ...frame, planes: planes.map((plane, i) => ({ ...plane, ...limits[i] })), spacing, warnings };
}

interface Slabs {
  /** From each plane to the next, mm. */
  readonly gaps: readonly number[];
  /** The median gap. */
  readonly spacing: number;
  readonly limits: readonly { readonly low: number; readonly high: number }[];
}

/** The slabs that planes at rising `offsets` stand for; `alone`: thickness of a single plane, mm. */
export function slabsOf(offsets: readonly number[], alone: number): Slabs {
  const gaps = offsets.slice(1).map((offset, i) => offset - offsets[i]);
  const sorted = [...gaps].sort((a, b) => a - b);
  const spacing = sorted[sorted.length >> 1] ?? alone;
  const reach = (gap: number | undefined): number =>
    gap === undefined || gap > BRIDGED_GAP * spacing ? spacing / 2 : gap / 2;
  const limits = offsets.map((offset, i) => ({ low: offset - reach(gaps[i - 1]), high: offset + reach(gaps[i]) }));
  return { gaps, spacing, limits };
}
