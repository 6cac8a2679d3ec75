import type { Beam, ControlPoint } from '../../model/plan.ts';
import type { DeliveryMachine } from './deliveryMachine.ts';
import { ROUNDING } from './violation.ts';

/** What happens between two control points, and how long it may take. */
export interface Interval {
  /** Index of the control point that ends it. */
  readonly n: number;
  readonly from: ControlPoint;
  readonly to: ControlPoint;
  /** MU given meanwhile; 0 where the beam is off, undefined where the beam has no meterset or its weights fall. */
  readonly units?: number;
  /** Degrees that the gantry turns the way that is said, clockwise positive; undefined if it turns in no direction. */
  readonly turn?: number;
  /** Seconds that the units last at the highest dose rate. */
  readonly shortest: number;
  /** Seconds that they last at the lowest one, or that a turning gantry may take at its slowest if that is less; Infinity without units. */
  readonly longest: number;
}

/**
 * The intervals of a beam. The dose rate is the machine's to choose between its lowest and the one that the control point states (or
 * the machine's highest); where the machine states no lowest, that is it. With the beam off a movement has all the time it needs.
 */
export function intervalsOf(beam: Beam, machine: DeliveryMachine): Interval[] {
  const { limits } = machine;
  return beam.controlPoints.slice(1).map((to, k) => {
    const from = beam.controlPoints[k];
    const turn = gantryTurn(from, to);
    const units = unitsBetween(beam, from, to);
    const wanted = from.doseRate !== undefined && from.doseRate > 0 ? from.doseRate : Infinity;
    const highest = Math.max(limits.minimumDoseRate ?? 0, Math.min(limits.doseRate, wanted));
    const lowest = limits.minimumDoseRate ?? highest;
    const lit = units !== undefined && units > 0;
    const degrees = Math.abs(turn ?? 0);
    const slow = limits.minimumGantrySpeed;
    return {
      n: k + 1,
      from,
      to,
      ...(units === undefined ? {} : { units }),
      ...(turn === undefined ? {} : { turn }),
      shortest: lit ? (60 * units) / highest : 0,
      longest: lit
        ? Math.min((60 * units) / lowest, degrees > 0 && slow !== undefined ? degrees / slow : Infinity)
        : Infinity,
    };
  });
}

function unitsBetween(
  { meterset, finalMetersetWeight }: Beam,
  from: ControlPoint,
  to: ControlPoint,
): number | undefined {
  if (meterset === undefined) return undefined;
  const units = (meterset * (to.metersetWeight - from.metersetWeight)) / finalMetersetWeight;
  return units >= 0 && Number.isFinite(units) ? units : undefined;
}

function gantryTurn(from: ControlPoint, to: ControlPoint): number | undefined {
  const clockwise = (((to.gantry - from.gantry) % 360) + 360) % 360;
  if (clockwise < ROUNDING || clockwise > 360 - ROUNDING) return 0;
  if (from.gantryDirection === 'NONE') return undefined;
  return from.gantryDirection === 'CW' ? clockwise : clockwise - 360;
}

/** Furthest that any part of a device moves between two control points, mm; what stands nowhere does not move. */
export const furthest = (from: readonly number[] = [], to: readonly number[] = []): number =>
  to.reduce((most, at, n) => Math.max(most, Math.abs(at - (from[n] ?? at)) || 0), 0);

/** Degrees between two angles, the short way. */
export const apart = (a: number, b: number): number => Math.abs(((((b - a) % 360) + 540) % 360) - 180);
