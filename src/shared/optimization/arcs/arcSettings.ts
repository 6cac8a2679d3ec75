import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { arcLength, passesStop, USUAL_STOP } from '../../dosimetry/plan/arrange/conformalArc.ts';
import { angleReason } from '../../dosimetry/plan/beamLimits.ts';

/** An arc that is to be optimised; IEC 61217 degrees. */
export interface ArcSettings {
  readonly name: string;
  readonly start: number;
  readonly stop: number;
  /** CW: rising gantry angles. */
  readonly direction: 'CW' | 'CC';
  readonly collimator: number;
  readonly couch: number;
  /** Largest angle between control points, 1° to 5°. */
  readonly spacing: number;
  /** Sectors without radiation, each from an angle clockwise to another; control points that they touch are in them. */
  readonly avoid?: readonly (readonly [number, number])[];
  /** Furthest that a leaf goes while the gantry turns by a degree, mm; LEAF_TRAVEL if not given. The gantry slows down for it. */
  readonly leafTravel?: number;
}

/** mm a degree: with leaves of 25 mm/s a whole turn takes 72 s or more. */
export const LEAF_TRAVEL = 5;

/** Control points of an arc in the order of delivery: `lit` says whether radiation is on from each to the next. */
export interface ArcCourse {
  readonly angles: readonly number[];
  readonly lit: readonly boolean[];
  /** Degrees between neighbours with radiation. */
  readonly step: number;
}

const turn = (degrees: number): number => ((degrees % 360) + 360) % 360;
const rounded = (degrees: number): number => turn(Math.round(degrees * 1e4) / 1e4);

/**
 * Collimator angles for arcs over one target: leaves at a slant, so that leakage between them and their tongues and grooves fall on another
 * plane from every side (Otto, Med. Phys. 35 (2008) 310, has 45°), and every other arc slanted the other way.
 */
export const arcCollimator = (arc: number): number => (arc % 2 === 0 ? 30 : 330);

/**
 * Where an arc has its control points: evenly spaced from start to stop, without those inside of what it avoids.
 * @throws IsocenterError MACHINE where the gantry cannot go, INVALID_ATTRIBUTE for a spacing that is not from 1° to 5°, or no radiation at all.
 */
export function arcCourse(arc: ArcSettings, machine: Machine): ArcCourse {
  const refuse = (code: 'MACHINE' | 'INVALID_ATTRIBUTE', message: string): IsocenterError =>
    new IsocenterError(code, message, { object: arc.name, attribute: 'GantryAngle' });
  if (!(arc.spacing >= 1 && arc.spacing <= 5))
    throw refuse('INVALID_ATTRIBUTE', `control points every ${arc.spacing}°, from 1° to 5°`);
  for (const [axis, at] of [
    ['gantry', arc.start],
    ['gantry', arc.stop],
    ['collimator', arc.collimator],
    ['couch', arc.couch],
  ] as const) {
    const reason = angleReason(axis, at, machine);
    if (reason !== undefined) throw refuse('MACHINE', reason);
  }
  const { gantryStop = USUAL_STOP } = machine.limits;
  if (passesStop(arc, gantryStop))
    throw refuse(
      'MACHINE',
      `the gantry cannot pass ${gantryStop}° from ${arc.start}° to ${arc.stop}° ${arc.direction}`,
    );
  const length = arcLength(arc);
  const steps = Math.max(1, Math.ceil(length / arc.spacing - 1e-9));
  const step = length / steps;
  const sign = arc.direction === 'CW' ? 1 : -1;
  const isLit = Array.from({ length: steps }, (_, n) => {
    const ends = [arc.start + sign * step * n, arc.start + sign * step * (n + 1)];
    return !(arc.avoid ?? []).some((sector) => meets(Math.min(...ends), step, sector));
  });
  if (!isLit.includes(true)) throw refuse('INVALID_ATTRIBUTE', 'all of the arc is avoided');
  const [first, last] = [isLit.indexOf(true), isLit.lastIndexOf(true)];
  const kept = Array.from({ length: steps + 1 }, (_, n) => n).filter(
    (n) => n >= first && n <= last + 1 && (isLit[n] || (n > 0 && isLit[n - 1])),
  );
  return {
    angles: kept.map((n) => (n === steps ? turn(arc.stop) : rounded(arc.start + sign * step * n))),
    lit: kept.slice(0, -1).map((n) => isLit[n]),
    step,
  };
}

/** Whether an interval of `length` degrees clockwise from an angle has more than an end in common with a sector. */
function meets(from: number, length: number, [begin, end]: readonly [number, number]): boolean {
  const width = turn(end - begin);
  const ahead = turn(begin - from);
  const behind = turn(from - begin);
  return ahead < length - 1e-6 || behind < width - 1e-6;
}

/** Gantry angle in the middle between a control point and the next. */
export function middleAngle({ angles, step }: ArcCourse, { direction }: ArcSettings, n: number): number {
  return rounded(angles[n] + ((direction === 'CW' ? 1 : -1) * step) / 2);
}
