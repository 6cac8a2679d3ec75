import type { Beam, ControlPoint } from '../../model/plan.ts';
import type { DeliveryMachine } from './deliveryMachine.ts';
import { apart, furthest, type Interval } from './intervals.ts';
import type { Report } from './violation.ts';

/** Movement that is no more than rounding: mm, degrees. */
const STILL = 0.05;

/** That a beam moves only if it says so, and the MU of static segments: what is given at rest between movements with the beam off. */
export function checkSegments(
  beam: Beam,
  intervals: readonly Interval[],
  { limits }: DeliveryMachine,
  report: Report,
): void {
  const least = limits.minimumSegmentMeterset ?? 0;
  let given = 0;
  let dynamic = false;
  const close = (n: number): void => {
    if (!dynamic && given > 0 && given < least - 1e-3)
      report('segment-meterset', `a segment of ${given.toFixed(3)} MU, at least ${least} MU`, n);
    given = 0;
    dynamic = false;
  };
  for (const { n, from, to } of intervals) {
    const lit = to.metersetWeight > from.metersetWeight;
    if (!differs(from, to)) {
      given += lit ? (intervals[n - 1].units ?? 0) : 0;
      continue;
    }
    if (!lit) {
      close(n - 1);
      continue;
    }
    dynamic = true;
    if (beam.type === 'STATIC') report('beam-type', 'a beam that is STATIC moves with the beam on', n);
  }
  close(beam.controlPoints.length - 1);
}

/** Whether anything stands elsewhere at two control points. */
export const differs = (from: ControlPoint, to: ControlPoint): boolean =>
  (['gantry', 'collimator', 'couch'] as const).some((axis) => apart(from[axis], to[axis]) > STILL) ||
  Object.entries(to.positions).some(
    ([type, positions]) => furthest(from.positions[type as keyof typeof from.positions], positions) > STILL,
  );
