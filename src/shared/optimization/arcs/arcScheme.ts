import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { jawRanges } from '../../dosimetry/plan/beamLimits.ts';
import { createBeam } from '../../dosimetry/plan/arrange/planFactory.ts';
import type { Mat4 } from '../../geometry/affine.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam } from '../../model/plan.ts';
import { ApertureFluence } from '../aperture/apertureFluence.ts';
import type { ApertureScheme, Exposure, Succession } from '../aperture/apertures.ts';
import type { JawSetting } from '../aperture/extraFocal.ts';
import type { DoseOperator } from '../influence/doseOperator.ts';
import { type ArcCourse, arcCourse, type ArcSettings, LEAF_TRAVEL, middleAngle } from './arcSettings.ts';

/** Intervals of an arc with radiation, one after the other without a break: indices of the scheme's exposures. */
interface ArcRun {
  readonly first: number;
  readonly count: number;
}

/** An arc with its place in the scheme. */
export interface LaidArc {
  readonly settings: ArcSettings;
  readonly course: ArcCourse;
  /** Index of its first shape; one a control point. */
  readonly firstShape: number;
  readonly runs: readonly ArcRun[];
  readonly jaws: JawSetting;
}

/** What of an arc plan does not change while it is optimised. */
export interface ArcScheme extends ApertureScheme {
  readonly arcs: readonly LaidArc[];
  readonly models: readonly ApertureFluence[];
  /** MU of every exposure. */
  readonly leastWeights: Float64Array;
  readonly mostWeights: Float64Array;
}

/** Weights are given with so much to spare from the limits on speeds. */
const SPARE = 1.02;

/**
 * Static beams in the middle of every interval with radiation of all arcs, where the dose engine has them: the directions that an operator for
 * `arcScheme` needs, in this order.
 * @throws IsocenterError as arcCourse.
 */
export function arcDirections(
  arcs: readonly ArcSettings[],
  machine: Machine,
  isocenter: Vec3,
  iecFromLps: Mat4,
): Beam[] {
  return arcs
    .flatMap((arc) => {
      const course = arcCourse(arc, machine);
      return course.lit.flatMap((isLit, n) => (isLit ? [{ arc, gantry: middleAngle(course, arc, n) }] : []));
    })
    .map(({ arc, gantry }, n) => {
      const angles = { gantry, collimator: arc.collimator, couch: arc.couch };
      return createBeam({ number: n + 1, name: arc.name, machine, angles, isocenter, iecFromLps }).beam;
    });
}

/** By direction of `arcDirections`: which arc it belongs to, whose jaws it is given through. @throws as arcCourse. */
export const arcJaws = (arcs: readonly ArcSettings[], machine: Machine): number[] =>
  arcs.flatMap((arc, n) => arcCourse(arc, machine).lit.flatMap((isLit) => (isLit ? [n] : [])));

/**
 * Arcs over an operator of their directions: one exposure an interval with radiation, through leaves that move from one control point's shape
 * to the next one's. Jaws stand around the bixels of the whole arc.
 * @throws IsocenterError as arcCourse; USAGE for an operator of other directions.
 */
export function arcScheme(arcs: readonly ArcSettings[], machine: Machine, operator: DoseOperator): ArcScheme {
  const exposures: Exposure[] = [];
  const successions: Succession[] = [];
  const laid: LaidArc[] = [];
  const models: ApertureFluence[] = [];
  const [least, most]: [number[], number[]] = [[], []];
  let shapes = 0;
  for (const settings of arcs) {
    const course = arcCourse(settings, machine);
    const firstShape = shapes;
    const firstExposure = exposures.length;
    const runs: { first: number; count: number }[] = [];
    const travel = (settings.leafTravel ?? LEAF_TRAVEL) * course.step;
    for (const [n, isLit] of course.lit.entries()) {
      if (!isLit) continue;
      const direction = exposures.length;
      const gantry = middleAngle(course, settings, n);
      if (operator.directions[direction]?.beam.controlPoints[0].gantry !== gantry)
        throw new IsocenterError('USAGE', `direction ${direction + 1} is not at ${gantry}°`, { object: settings.name });
      if (n === 0 || !course.lit[n - 1]) {
        runs.push({ first: exposures.length, count: 0 });
        successions.push({ shapes: [firstShape + n], travel });
      }
      runs[runs.length - 1].count++;
      const last = successions[successions.length - 1];
      successions[successions.length - 1] = { travel, shapes: [...last.shapes, firstShape + n + 1] };
      exposures.push({ direction, from: firstShape + n, to: firstShape + n + 1 });
      const [low, high] = weightLimits(machine, course.step, travel);
      least.push(low);
      most.push(high);
    }
    const own = operator.directions.slice(firstExposure, exposures.length);
    const jaws = jawsAround(
      own.flatMap(({ lattice }) => [lattice]),
      machine,
    );
    for (const { lattice } of own) models.push(new ApertureFluence(lattice, machine, jaws));
    shapes += course.angles.length;
    laid.push({ settings, course, firstShape, runs, jaws });
  }
  if (operator.directions.length !== exposures.length)
    throw new IsocenterError('USAGE', `${operator.directions.length} directions for ${exposures.length} intervals`);
  return {
    arcs: laid,
    exposures,
    successions,
    models,
    leastWeights: Float64Array.from(least),
    mostWeights: Float64Array.from(most),
  };
}

/** MU that an interval of `step` degrees may have so that gantry and leaves (which go `travel` mm at most) can keep up with the beam. */
function weightLimits({ limits, mlc }: Machine, step: number, travel: number): readonly [number, number] {
  const { gantrySpeed = Infinity, minimumGantrySpeed = 0, minimumDoseRate = 0, doseRate } = limits;
  const [lowest, highest] = limits.metersetPerDegree ?? [0, Infinity];
  const seconds = Math.max(step / gantrySpeed, travel / (mlc?.leafSpeed ?? Infinity));
  const least = Math.max(lowest * step, (seconds * minimumDoseRate) / 60);
  const most = Math.min(highest * step, ((step / minimumGantrySpeed) * doseRate) / 60);
  return [least * SPARE, most / SPARE];
}

function jawsAround(
  lattices: readonly { readonly width: number; readonly middles: readonly (readonly [number, number])[] }[],
  machine: Machine,
): JawSetting {
  const ranges = jawRanges(machine);
  const ends = [0, 1].map((axis): readonly [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (const { width, middles } of lattices)
      for (const middle of middles) {
        low = Math.min(low, middle[axis] - width / 2);
        high = Math.max(high, middle[axis] + width / 2);
      }
    const within = (at: number, [least, most]: readonly [number, number]): number =>
      Math.min(most, Math.max(least, at));
    return [within(low, ranges[2 * axis]), within(high, ranges[2 * axis + 1])];
  });
  return { x: ends[0], y: ends[1] };
}
