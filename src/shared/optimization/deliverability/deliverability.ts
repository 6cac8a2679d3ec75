import type { Beam } from '../../model/plan.ts';
import { checkAcceleration } from './accelerationLimits.ts';
import { checkWhole } from './beamLimits.ts';
import type { DeliveryMachine } from './deliveryMachine.ts';
import { checkGantry } from './gantryLimits.ts';
import { intervalsOf } from './intervals.ts';
import { checkMotion } from './motionLimits.ts';
import { checkPoint } from './pointLimits.ts';
import { checkSegments } from './segmentLimits.ts';
import { uncheckedOf } from './unchecked.ts';
import type { Report, Violation } from './violation.ts';
import { checkWedges } from './wedgeLimits.ts';

export interface Deliverability {
  readonly violations: readonly Violation[];
  /** What could not be judged, and why: no violation is no promise about these. */
  readonly unchecked: readonly string[];
}

/**
 * Every limit of the machine that a beam does not keep. It knows nothing of how the beam was made, and judges other systems' plans alike.
 */
export function checkDeliverability(beam: Beam, machine: DeliveryMachine): Deliverability {
  const violations: Violation[] = [];
  const report: Report = (limit, message, controlPoint) => {
    violations.push({ beam: beam.number, limit, message, ...(controlPoint === undefined ? {} : { controlPoint }) });
  };
  checkWhole(beam, machine, report);
  for (const n of beam.controlPoints.keys()) checkPoint(beam, n, machine, report);
  checkWedges(beam, machine, report);
  const intervals = intervalsOf(beam, machine);
  checkGantry(intervals, machine, report);
  checkMotion(intervals, machine, report);
  checkAcceleration(intervals, machine, report);
  checkSegments(beam, intervals, machine, report);
  return { violations, unchecked: uncheckedOf(beam, intervals, machine) };
}
