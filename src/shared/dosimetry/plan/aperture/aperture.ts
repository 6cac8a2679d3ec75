import type { PathsD } from 'clipper2-ts';
import { type ShadowCaster, shadowCaster } from '../../../beamsEye/silhouette.ts';
import { openingOf } from '../../../beamsEye/opening.ts';
import { IsocenterError } from '../../../contract/errors.ts';
import type { Mat4 } from '../../../geometry/affine.ts';
import { type BeamAngles, bldFromPatient } from '../../../geometry/iec.ts';
import type { Vec3 } from '../../../geometry/vec.ts';
import type { BeamLimitingDevice, ControlPoint } from '../../../model/plan.ts';
import type { Contour } from '../../../model/structures.ts';
import { checkLeaves } from '../../../optimization/deliverability/leafLimits.ts';
import {
  areaOf,
  boundsOf,
  combineRings,
  mergeRings,
  normaliseRings,
  type Ring,
} from '../../../structures/contours/rings.ts';
import { leafRange } from '../../machine/deliveryLimits.ts';
import type { Machine } from '../../machine/machine.ts';
import { type ApertureMargin, growRings } from './apertureMargin.ts';
import { type LeafEndRule, openedBy, type Span, sparing, stripOutline } from './apertureStrips.ts';
import { jawRanges } from '../beamLimits.ts';

/** Positions of jaws (ASYMX, ASYMY) and leaves for one control point, and what the machine could not do. */
export interface FittedAperture {
  readonly positions: ControlPoint['positions'];
  readonly warnings: readonly string[];
}

/** What is spared: its shadow, grown by a margin (mm at the isocenter plane), stays shut over whole leaves. */
interface Avoided {
  readonly name: string;
  readonly contours: readonly Contour[];
  readonly margin: number;
}

export interface FitRules {
  /** mm at the isocenter plane around the target's shadow. */
  readonly margin: ApertureMargin;
  /** `outside` if not given. */
  readonly leafEnd?: LeafEndRule;
  readonly avoid?: readonly Avoided[];
}

type Mlc = NonNullable<Machine['mlc']>;

/** Contours may be simplified by this before they are projected, mm. */
const SIMPLIFICATION = 0.02;
/** Positions are given to a tenth of a millimetre. */
const RESOLUTION = 0.1;
/** Leaves that are shut between open ones meet this far behind a jaw, mm. */
const BEHIND_JAW = 5;

/**
 * Fits jaws and leaves to a target seen from the source: the contours' slabs are projected to the isocenter plane, united and grown by
 * the margin; every leaf pair opens to the outline within its strip by the rule for leaf ends, less what is to be spared. Jaws enclose
 * what is open. Pairs that miss the outline close behind the jaws.
 * Positions are rounded to 0.1 mm (away from the target for `outside`, towards it for `inside` and where something is spared) and kept within
 * the machine's limits, which the warnings then name.
 * @throws IsocenterError GEOMETRY when the target has no closed contour, reaches the source, or nothing of it is left open.
 */
export function fitAperture(
  target: readonly Contour[],
  angles: BeamAngles,
  isocenter: Vec3,
  machine: Machine,
  rules: FitRules,
  iecFromLps: Mat4,
): FittedAperture {
  const frame = bldFromPatient(angles, isocenter, iecFromLps);
  const sad = machine.sourceAxisDistance;
  const bare = shadowOf(target, frame, sad);
  const outline = grownShadow(bare, rules.margin);
  const { avoid = [] } = rules;
  const shadows = avoid.map(({ contours, margin, name }) => {
    const shadow = casterOf(contours, name)(frame, sad);
    if (shadow === undefined) throw new IsocenterError('GEOMETRY', 'reaches the source', { object: name });
    return growRings(shadow, margin);
  });
  const fitted = fitToOutline(outline, machine, rules.leafEnd ?? 'outside', mergeRings(shadows.flat()));
  const covered = avoid.length === 0 ? 0 : coveredShare(bare, fitted.positions, machine);
  if (covered < 0.0005) return fitted;
  const names = avoid.map(({ name }) => name).join(', ');
  return {
    ...fitted,
    warnings: [
      ...fitted.warnings,
      `${(100 * covered).toFixed(1)} % of the target’s shadow is covered to spare ${names}`,
    ],
  };
}

const casters = new WeakMap<readonly Contour[], ShadowCaster>();

/** The same contours are looked at from many sides. */
function casterOf(contours: readonly Contour[], name: string): ShadowCaster {
  const caster = casters.get(contours) ?? shadowCaster(contours, SIMPLIFICATION, name);
  casters.set(contours, caster);
  return caster;
}

function shadowOf(target: readonly Contour[], frame: Mat4, sad: number): readonly Ring[] {
  const shadow = casterOf(target, 'target')(frame, sad);
  if (shadow === undefined) throw new IsocenterError('GEOMETRY', 'the target reaches the source', { object: 'target' });
  return shadow;
}

function grownShadow(shadow: readonly Ring[], margin: ApertureMargin): readonly Ring[] {
  const outline = growRings(shadow, margin);
  if (outline.length === 0)
    throw new IsocenterError('GEOMETRY', 'nothing is left of the target to shape the beam to', { object: 'target' });
  return outline;
}

/**
 * The target's outline on the isocenter plane grown by a margin: polygons in collimator axes, mm.
 * @throws IsocenterError GEOMETRY when the target has no closed contour or reaches the source.
 */
export function targetOutline(
  target: readonly Contour[],
  angles: BeamAngles,
  isocenter: Vec3,
  sad: number,
  iecFromLps: Mat4,
  margin: ApertureMargin,
): PathsD {
  const shadow = shadowOf(target, bldFromPatient(angles, isocenter, iecFromLps), sad);
  return grownShadow(shadow, margin).map((ring) =>
    Array.from({ length: ring.length / 2 }, (_, n) => ({ x: ring[2 * n], y: ring[2 * n + 1] })),
  );
}

/** Share of an area that jaws and leaves cover, 0..1. */
function coveredShare(area: readonly Ring[], positions: ControlPoint['positions'], machine: Machine): number {
  const open = openingOf({ devices: devicesOf(machine) }, { positions });
  return 1 - areaOf(combineRings('intersect', area, open)) / areaOf(normaliseRings(area));
}

/**
 * Jaws and leaves around an outline in collimator axes, mm, normalised as `combineRings` leaves it; over `forbidden` nothing opens.
 * @throws IsocenterError GEOMETRY when nothing is left open.
 */
export function fitToOutline(
  outline: readonly Ring[],
  machine: Machine,
  rule: LeafEndRule,
  forbidden: readonly Ring[] = [],
): FittedAperture {
  const { mlc } = machine;
  const bounds = boundsOf(outline);
  if (bounds === undefined)
    throw new IsocenterError('GEOMETRY', 'an outline without area opens nothing', { object: 'aperture' });
  const warnings: string[] = [];
  const [x1, y1, x2, y2] = bounds;
  let box = { x: outwards([x1, x2]), y: outwards([y1, y2]) };
  const alongX = mlc?.type !== 'MLCY';
  const spans =
    mlc === undefined ? undefined : spansOf(stripOutline(outline, alongX), mlc, rule, stripOutline(forbidden, alongX));
  if (mlc !== undefined && spans !== undefined) {
    const open = openBox(spans, mlc);
    if (open === undefined)
      throw new IsocenterError('GEOMETRY', 'nothing of the target is left open', { object: 'aperture' });
    const across = alongX ? box.y : box.x;
    const kept: Span = [Math.max(across[0], open.across[0]), Math.min(across[1], open.across[1])];
    box = alongX ? { x: open.along, y: kept } : { x: kept, y: open.along };
  } else if (forbidden.length > 0) warnings.push('the machine has no leaves to spare anything with');
  const ranges = jawRanges(machine);
  const jawX = limited('X jaws', box.x, ranges[0], ranges[1], warnings);
  const jawY = limited('Y jaws', box.y, ranges[2], ranges[3], warnings);
  const jaws = { ASYMX: jawX, ASYMY: jawY };
  if (mlc === undefined || spans === undefined) return { positions: jaws, warnings };
  const leaves = leavesOf(spans, mlc, alongX ? jawX : jawY, alongX ? jawY : jawX, warnings);
  const across = alongX ? [y1, y2] : [x1, x2];
  if (across[0] < mlc.leafBoundaries[0] || across[1] > mlc.leafBoundaries[mlc.leafBoundaries.length - 1])
    warnings.push('the target with its margin is wider than the leaves reach');
  checkLeaves(leaves, mlc, (_limit, message) => warnings.push(`the machine cannot keep to the outline: ${message}`));
  return { positions: { ...jaws, [mlc.type]: leaves }, warnings };
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

/** Where each pair opens, to tenths; undefined where it stays shut. */
function spansOf(
  outline: readonly Ring[],
  mlc: Mlc,
  rule: LeafEndRule,
  forbidden: readonly Ring[],
): (Span | undefined)[] {
  const rounded = { outside: outwards, middle: nearest, inside: inwards }[rule];
  return mlc.leafBoundaries.slice(1).map((high, pair) => {
    const low = mlc.leafBoundaries[pair];
    const wanted = openedBy(outline, low, high, rule);
    if (wanted === undefined) return undefined;
    const ruled = rounded(wanted);
    const spared = forbidden.length === 0 ? wanted : sparing(wanted, outline, forbidden, low, high);
    if (spared === undefined) return undefined;
    // An end at what is spared is rounded away from it, whatever the rule.
    const away = inwards(spared);
    const [from, to] = [0, 1].map((end) => (spared[end] === wanted[end] ? ruled[end] : away[end]));
    if (to - from >= mlc.minimumGap) return [from, to];
    return spared === wanted && rule === 'outside' ? outwards([from, from + mlc.minimumGap]) : undefined;
  });
}

function openBox(spans: readonly (Span | undefined)[], mlc: Mlc): { along: Span; across: Span } | undefined {
  const open = spans.flatMap((span, pair) => (span === undefined ? [] : [{ span, pair }]));
  if (open.length === 0) return undefined;
  // Beyond the outermost leaves nothing but a jaw shields.
  const [first, last] = [open[0].pair, open[open.length - 1].pair];
  return {
    along: [Math.min(...open.map(({ span }) => span[0])), Math.max(...open.map(({ span }) => span[1]))],
    across: [
      first === 0 ? -Infinity : mlc.leafBoundaries[first],
      last === spans.length - 1 ? Infinity : mlc.leafBoundaries[last + 1],
    ],
  };
}

/** All negative-side ends, then all positive ones (DICOM order). */
function leavesOf(
  spans: readonly (Span | undefined)[],
  mlc: Mlc,
  jaw: Span,
  across: Span,
  warnings: string[],
): number[] {
  const half = mlc.minimumGap / 2;
  const middle = Math.round((jaw[0] + jaw[1]) / 2 / RESOLUTION) * RESOLUTION;
  const [negative, positive] = [leafRange(mlc, 0), leafRange(mlc, 1)];
  let [cut, widened] = [0, 0];
  const reached = spans.map((span): Span | undefined => {
    if (span === undefined) return undefined;
    const [from, to] = span;
    if (from < negative[0] || to > positive[1]) cut++;
    return [
      Math.max(negative[0], Math.min(from, negative[1], mlc.maximumExtent - mlc.minimumGap)),
      Math.min(positive[1], Math.max(to, positive[0], -mlc.maximumExtent + mlc.minimumGap)),
    ];
  });
  // One carriage holds all leaves of a bank, those of shut pairs, too, which in a wide field cannot stand behind the jaw.
  const opened = reached.filter((span) => span !== undefined);
  const nearest = Math.max(...opened.map(([, to]) => to)) - (mlc.maximumSpan ?? Infinity);
  const furthest = Math.min(...opened.map(([from]) => from)) + (mlc.maximumSpan ?? Infinity);
  const behind = Math.min(jaw[1] + BEHIND_JAW, mlc.maximumExtent - half);
  const ends = reached.map((span, pair): Span => {
    if (span === undefined) {
      // Between open pairs a gap in the middle of the field would leak.
      const seen = mlc.leafBoundaries[pair] < across[1] && mlc.leafBoundaries[pair + 1] > across[0];
      const at = Math.min(seen && mlc.interdigitation !== false ? behind : middle, negative[1] + half);
      const held = Math.max(nearest - half, Math.min(at, furthest + half));
      return [tidy(held - half), tidy(held + half)];
    }
    if (span[0] > furthest || span[1] < nearest) widened++;
    return [tidy(Math.min(span[0], furthest)), tidy(Math.max(span[1], nearest))];
  });
  if (cut > 0)
    warnings.push(`${cut} leaf pair(s) stop at their limit of ${mlc.maximumExtent} mm: part of the target is covered`);
  if (widened > 0)
    warnings.push(
      `${widened} leaf pair(s) stand further open than the outline: a bank spreads over at most ${mlc.maximumSpan} mm`,
    );
  return [...ends.map(([from]) => from), ...ends.map(([, to]) => to)];
}

/** A jaw that cannot come in as far as the outline stays out: that covers nothing, so that only the outer limits are worth a warning. */
function limited(what: string, span: Span, low: Span, high: Span, warnings: string[]): Span {
  if (span[0] < low[0] || span[1] > high[1])
    warnings.push(`${what} stop at their limits of ${low[0]} and ${high[1]} mm: part of the target is covered`);
  return [Math.min(low[1], Math.max(low[0], span[0])), Math.max(high[0], Math.min(high[1], span[1]))];
}

const HAIR = 1e-6;
const floor = (value: number, hair: number): number => tidy(Math.floor(value / RESOLUTION + hair) * RESOLUTION);
const ceil = (value: number, hair: number): number => tidy(Math.ceil(value / RESOLUTION - hair) * RESOLUTION);

/** Rounded away from the middle, so that rounding never covers the target. */
const outwards = ([low, high]: Span): Span => [floor(low, HAIR), ceil(high, HAIR)];
const inwards = ([low, high]: Span): Span => [ceil(low, HAIR), floor(high, HAIR)];
const nearest = ([low, high]: Span): Span => [
  tidy(Math.round(low / RESOLUTION) * RESOLUTION),
  tidy(Math.round(high / RESOLUTION) * RESOLUTION),
];

const tidy = (value: number): number => Math.round(value * 1000) / 1000;
