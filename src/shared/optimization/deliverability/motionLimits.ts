import type { ControlPoint } from '../../model/plan.ts';
import { type DeliveryMachine, layersOf } from './deliveryMachine.ts';
import { SLACK } from './gantryLimits.ts';
import { apart, furthest, type Interval } from './intervals.ts';
import { figure, type Report, ROUNDING } from './violation.ts';

const JAWS = ['X', 'Y', 'ASYMX', 'ASYMY'] as const;

interface Movement {
  readonly limit: Parameters<Report>[0];
  readonly what: string;
  readonly unit: string;
  /** What can be reached with the beam on, per second; undefined where the machine does not say. */
  readonly speed: number | undefined;
  readonly travel: (from: ControlPoint, to: ControlPoint) => number;
}

/**
 * Speeds of everything but the gantry between control points while the beam is on. A movement may take as long as its MU last at the
 * lowest dose rate, and on an arc as long as the gantry may.
 */
export function checkMotion(intervals: readonly Interval[], machine: DeliveryMachine, report: Report): void {
  const movements = movementsOf(machine);
  for (const { n, from, to, units, longest } of intervals) {
    if (units === undefined || units === 0) continue;
    for (const { limit, what, unit, speed, travel } of movements) {
      if (speed === undefined) continue;
      const way = travel(from, to);
      if (way <= speed * longest * SLACK + ROUNDING) continue;
      report(
        limit,
        speed === 0
          ? `${what} moves by ${figure(way)} ${unit} with the beam on`
          : `${what} at ${figure(way / longest)} ${unit}/s, at most ${speed} ${unit}/s`,
        n,
      );
    }
  }
}

const movementsOf = (machine: DeliveryMachine): Movement[] => [
  {
    limit: 'collimator-speed',
    what: 'the collimator',
    unit: '°',
    speed: machine.limits.collimatorSpeed,
    travel: (from, to) => apart(from.collimator, to.collimator),
  },
  {
    limit: 'couch-speed',
    what: 'the couch',
    unit: '°',
    speed: machine.limits.couchSpeed,
    travel: (from, to) => apart(from.couch, to.couch),
  },
  {
    limit: 'couch-travel',
    what: 'the isocenter',
    unit: 'mm',
    speed: 0,
    travel: (from, to) => furthest(from.isocenter, to.isocenter),
  },
  ...JAWS.map(
    (type): Movement => ({
      limit: 'jaw-speed',
      what: `a jaw of ${type}`,
      unit: 'mm',
      speed: machine.limits.jawSpeed,
      travel: (from, to) => furthest(from.positions[type], to.positions[type]),
    }),
  ),
  ...layersOf(machine).map(
    ({ type, leafSpeed }): Movement => ({
      limit: 'leaf-speed',
      what: `a leaf of ${type}`,
      unit: 'mm',
      speed: leafSpeed,
      travel: (from, to) => furthest(from.positions[type], to.positions[type]),
    }),
  ),
];
