import { Clipper, EndType, FillRule, JoinType, type PathsD } from 'clipper2-ts';
import { IsocenterError } from '../../contract/errors.ts';
import type { Mat4 } from '../../geometry/affine.ts';
import { type BeamAngles, bldFromPatient, projectToIsocenterPlane } from '../../geometry/iec.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { BeamLimitingDevice, ControlPoint } from '../../model/plan.ts';
import type { Contour } from '../../model/structures.ts';
import { type ContourStack, stackContours, stackPoint } from '../../structures/contours/stack.ts';
import type { Machine } from '../machine/machine.ts';
import { jawRanges } from './beamLimits.ts';

/** Positions of jaws (ASYMX, ASYMY) and leaves for one control point, and what the machine could not do. */
export interface FittedAperture {
  readonly positions: ControlPoint['positions'];
  readonly warnings: readonly string[];
}

type Span = readonly [low: number, high: number];
type Point = { x: number; y: number };
type Mlc = NonNullable<Machine['mlc']>;

/** Decimal places to which polygons are kept (mm). */
const PRECISION = 4;
/** Vertices nearer than this to a straight line are dropped before polygons are united, mm. */
const SIMPLIFICATION = 0.02;
/** Positions are given to a tenth of a millimetre. */
const RESOLUTION = 0.1;

/**
 * Fits jaws and leaves to a target seen from the source: the contours' slabs are projected to the isocenter plane, united, grown by
 * `marginMm` and every leaf pair opens to the outline's outermost points within the pair's width, so that no part of the outline
 * is covered (outer edge rule). Jaws enclose the outline. Pairs that miss the outline close behind the jaws.
 * Positions are rounded outwards to 0.1 mm and kept within the machine's limits, which the warnings then name.
 * @throws IsocenterError GEOMETRY when the target has no closed contour or reaches the source.
 */
export function fitAperture(
  target: readonly Contour[],
  angles: BeamAngles,
  isocenter: Vec3,
  machine: Machine,
  marginMm: number,
  iecFromLps: Mat4,
): FittedAperture {
  const outline = targetOutline(target, angles, isocenter, machine.sourceAxisDistance, iecFromLps, marginMm);
  const xs = outline.flatMap((path) => path.map((point) => point.x));
  const ys = outline.flatMap((path) => path.map((point) => point.y));
  const warnings: string[] = [];
  const box = {
    x: outwards([Math.min(...xs), Math.max(...xs)]),
    y: outwards([Math.min(...ys), Math.max(...ys)]),
  };
  const ranges = jawRanges(machine);
  const jawX = limited('X jaws', box.x, ranges[0], ranges[1], warnings);
  const jawY = limited('Y jaws', box.y, ranges[2], ranges[3], warnings);
  const positions: Partial<Record<keyof ControlPoint['positions'], readonly number[]>> = { ASYMX: jawX, ASYMY: jawY };
  if (machine.mlc !== undefined) {
    const alongX = machine.mlc.type === 'MLCX';
    positions[machine.mlc.type] = fitLeaves(outline, machine.mlc, alongX, alongX ? jawX : jawY, warnings);
    const reach: Span = [
      machine.mlc.leafBoundaries[0],
      machine.mlc.leafBoundaries[machine.mlc.leafBoundaries.length - 1],
    ];
    const across = alongX ? box.y : box.x;
    if (across[0] < reach[0] || across[1] > reach[1])
      warnings.push('the target with its margin is wider than the leaves reach');
  }
  return { positions, warnings };
}

/** The jaws and leaves of a machine as a beam lists them. */
export function devicesOf(machine: Machine): BeamLimitingDevice[] {
  const jaws: BeamLimitingDevice[] = [
    { type: 'ASYMX', pairs: 1 },
    { type: 'ASYMY', pairs: 1 },
  ];
  if (machine.mlc === undefined) return jaws;
  const { type, leafBoundaries, sourceDistance } = machine.mlc;
  return [...jaws, { type, pairs: leafBoundaries.length - 1, leafBoundaries, sourceDistance }];
}

/** The target's outline on the isocenter plane grown by a margin: polygons in BLD mm. */
export function targetOutline(
  target: readonly Contour[],
  angles: BeamAngles,
  isocenter: Vec3,
  sad: number,
  iecFromLps: Mat4,
  marginMm: number,
): PathsD {
  const bld = bldFromPatient(angles, isocenter, iecFromLps);
  const project = (point: Vec3): Point => {
    const at = projectToIsocenterPlane(bld, sad, point);
    if (at === undefined) throw new IsocenterError('GEOMETRY', 'the target reaches the source', { object: 'target' });
    return { x: at[0], y: at[1] };
  };
  const stack = stackContours(target, { name: 'target' });
  const shadows: PathsD = [];
  for (const plane of stack.planes)
    for (const ring of plane.rings) shadows.push(...slabShadow(stack, ring, plane.low, plane.high, project));
  const united = Clipper.unionD(shadows, [], FillRule.NonZero, PRECISION);
  const grown =
    marginMm === 0
      ? united
      : Clipper.inflatePathsD(united, marginMm, JoinType.Round, EndType.Polygon, 2, PRECISION, 0.02);
  const outline = grown.filter((path) => path.length > 2);
  if (outline.length === 0)
    throw new IsocenterError('GEOMETRY', 'nothing is left of the target to shape the beam to', { object: 'target' });
  return outline;
}

/** What a ring's slab shades: its outline on both faces and the strip every edge sweeps between them. */
function slabShadow(
  stack: ContourStack,
  ring: Float64Array,
  low: number,
  high: number,
  project: (point: Vec3) => Point,
): PathsD {
  const path: Point[] = [];
  for (let n = 0; n < ring.length; n += 2) path.push({ x: ring[n], y: ring[n + 1] });
  const corners = Clipper.ramerDouglasPeuckerD(path, SIMPLIFICATION);
  const below = corners.map(({ x, y }) => project(stackPoint(stack, x, y, low)));
  const above = corners.map(({ x, y }) => project(stackPoint(stack, x, y, high)));
  const sides = corners.map((_, n) => {
    const next = (n + 1) % corners.length;
    return [below[n], below[next], above[next], above[n]];
  });
  // All turned the same way: in a non-zero union opposite turns would cancel.
  const turned = [below, above, ...sides].map((shape) => (Clipper.areaD(shape) < 0 ? shape.toReversed() : shape));
  return Clipper.unionD(turned, [], FillRule.NonZero, PRECISION);
}

/** All negative-side ends, then all positive ones (DICOM order). */
function fitLeaves(outline: PathsD, mlc: Mlc, alongX: boolean, jaw: Span, warnings: string[]): number[] {
  const pairs = mlc.leafBoundaries.length - 1;
  const negative: number[] = [];
  const positive: number[] = [];
  let cut = 0;
  const parked = Math.round((jaw[0] + jaw[1]) / 2 / RESOLUTION) * RESOLUTION;
  for (let pair = 0; pair < pairs; pair++) {
    const span = extentInBand(outline, mlc.leafBoundaries[pair], mlc.leafBoundaries[pair + 1], alongX);
    if (span === undefined) {
      const gap = mlc.minimumGap / 2;
      negative.push(tidy(parked - gap));
      positive.push(tidy(parked + gap));
      continue;
    }
    let [from, to] = outwards(span);
    if (to - from < mlc.minimumGap) [from, to] = outwards([from, from + mlc.minimumGap]);
    if (from < -mlc.maximumExtent || to > mlc.maximumExtent) cut++;
    negative.push(Math.max(-mlc.maximumExtent, Math.min(from, mlc.maximumExtent - mlc.minimumGap)));
    positive.push(Math.min(mlc.maximumExtent, Math.max(to, -mlc.maximumExtent + mlc.minimumGap)));
  }
  if (cut > 0)
    warnings.push(`${cut} leaf pair(s) stop at their limit of ${mlc.maximumExtent} mm: part of the target is covered`);
  return [...negative, ...positive];
}

/** Outermost positions of the outline inside a leaf pair's width; undefined when it does not reach into it. */
function extentInBand(outline: PathsD, low: number, high: number, alongX: boolean): Span | undefined {
  let [from, to] = [Infinity, -Infinity];
  for (const path of outline)
    path.forEach((start, n) => {
      const end = path[(n + 1) % path.length];
      const [a0, b0] = alongX ? [start.x, start.y] : [start.y, start.x];
      const [a1, b1] = alongX ? [end.x, end.y] : [end.y, end.x];
      if (Math.max(b0, b1) <= low || Math.min(b0, b1) >= high) return;
      const at = (b: number): number => (b1 === b0 ? a0 : a0 + ((b - b0) / (b1 - b0)) * (a1 - a0));
      const clip = (a: number, b: number): number => (b < low ? at(low) : b > high ? at(high) : a);
      const ends = [clip(a0, b0), clip(a1, b1)];
      from = Math.min(from, ...ends);
      to = Math.max(to, ...ends);
    });
  return to >= from ? [from, to] : undefined;
}

/** A jaw that cannot come in as far as the outline stays out: that covers nothing, so that only the outer limits are worth a warning. */
function limited(what: string, span: Span, low: Span, high: Span, warnings: string[]): Span {
  if (span[0] < low[0] || span[1] > high[1])
    warnings.push(`${what} stop at their limits of ${low[0]} and ${high[1]} mm: part of the target is covered`);
  return [Math.min(low[1], Math.max(low[0], span[0])), Math.max(high[0], Math.min(high[1], span[1]))];
}

/** Rounded away from the middle, so that rounding never covers the target. */
function outwards([low, high]: Span): Span {
  const hair = 1e-6;
  return [
    tidy(Math.floor(low / RESOLUTION + hair) * RESOLUTION),
    tidy(Math.ceil(high / RESOLUTION - hair) * RESOLUTION),
  ];
}

const tidy = (value: number): number => Math.round(value * 1000) / 1000;
