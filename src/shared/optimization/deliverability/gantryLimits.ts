import type { DeliveryMachine } from './deliveryMachine.ts';
import type { Interval } from './intervals.ts';
import { figure, type Report, ROUNDING } from './violation.ts';

/** Speeds are compared with this to spare: rounding of weights and angles. */
export const SLACK = 1.001;

/** Limits of the turning gantry: directions, its stop, its speeds and the MU that it gives per degree. */
export function checkGantry(intervals: readonly Interval[], machine: DeliveryMachine, report: Report): void {
  const { limits } = machine;
  for (const { n, from, to, turn, units, shortest, longest } of intervals) {
    if (turn === undefined) {
      report(
        'gantry-direction',
        `the gantry turns from ${figure(from.gantry)}° to ${figure(to.gantry)}° in no direction`,
        n,
      );
      continue;
    }
    const degrees = Math.abs(turn);
    if (units === undefined || units === 0 || degrees === 0) continue;
    const { gantrySpeed, minimumGantrySpeed, metersetPerDegree } = limits;
    const speed = (seconds: number): string => `gantry at ${figure(degrees / seconds)} °/s`;
    if (minimumGantrySpeed !== undefined && degrees * SLACK + ROUNDING < minimumGantrySpeed * shortest)
      report('gantry-slow', `${speed(shortest)} even at the highest dose rate, at least ${minimumGantrySpeed} °/s`, n);
    if (gantrySpeed !== undefined && degrees > gantrySpeed * longest * SLACK + ROUNDING)
      report('gantry-speed', `${speed(longest)} even at the lowest dose rate, at most ${gantrySpeed} °/s`, n);
    if (metersetPerDegree === undefined) continue;
    const [least, most] = metersetPerDegree;
    // Both the units and the angle are rounded in plans.
    if (units * SLACK < least * (degrees - ROUNDING) || units > most * (degrees + ROUNDING) * SLACK)
      report('meterset-per-degree', `${figure(units / degrees)} MU per degree, from ${least} to ${most} MU`, n);
  }
  if (limits.gantryStop !== undefined) checkStop(intervals, limits.gantryStop, report);
}

/**
 * Follows the gantry from the first control point, in degrees clockwise from its stop. One that starts at the stop stands on the
 * side from which its first movement leads away.
 */
function checkStop(intervals: readonly Interval[], stop: number, report: Report): void {
  if (intervals.length === 0) return;
  let at = fromStop(intervals[0].from.gantry, stop);
  const first = intervals.find(({ turn = 0 }) => turn !== 0)?.turn ?? 0;
  if (at === 0 && first < 0) at = 360;
  for (const { n, from, to, turn = 0 } of intervals) {
    at += turn;
    if (at >= -ROUNDING && at <= 360 + ROUNDING) continue;
    const direction = turn > 0 ? 'CW' : 'CC';
    report(
      'gantry-stop',
      `the gantry cannot pass ${stop}° from ${figure(from.gantry)}° to ${figure(to.gantry)}° ${direction}`,
      n,
    );
    at = fromStop(to.gantry, stop);
  }
}

function fromStop(gantry: number, stop: number): number {
  const clockwise = (((gantry - stop) % 360) + 360) % 360;
  return clockwise > 360 - ROUNDING || clockwise < ROUNDING ? 0 : clockwise;
}
