import type { Machine } from '../../dosimetry/machine/machine.ts';
import { jawRanges, metersetReason, reachesAngle } from '../../dosimetry/plan/beamLimits.ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';
import { checkLeaves } from './leafLimits.ts';
import { checkMotion } from './motionLimits.ts';
import { ROUNDING, type Report, type Violation } from './violation.ts';

export interface Deliverability {
  readonly violations: readonly Violation[];
  /** What could not be judged, and why: no violation is no promise about these. */
  readonly unchecked: readonly string[];
}

/**
 * Every limit of the machine that a beam does not keep. It knows nothing of how the beam was made, and judges other systems' plans alike.
 */
export function checkDeliverability(beam: Beam, machine: Machine): Deliverability {
  const violations: Violation[] = [];
  const report: Report = (limit, message, controlPoint) => {
    violations.push({ beam: beam.number, limit, message, ...(controlPoint === undefined ? {} : { controlPoint }) });
  };
  checkWhole(beam, machine, report);
  for (const [n, point] of beam.controlPoints.entries()) {
    checkPoint(point, machine, (limit, message) => report(limit, message, n));
  }
  checkMotion(beam, machine, report);
  return { violations, unchecked: uncheckedOf(beam, machine) };
}

function checkWhole(beam: Beam, machine: Machine, report: Report): void {
  const { mlc } = machine;
  if (beam.radiationType !== machine.radiationType)
    report('machine', `${beam.radiationType || 'no radiation'} where the machine gives ${machine.radiationType}`);
  if (beam.sourceAxisDistance !== machine.sourceAxisDistance)
    report(
      'machine',
      `source–axis distance ${beam.sourceAxisDistance} mm, the machine's is ${machine.sourceAxisDistance} mm`,
    );
  if (beam.fluenceMode !== '' && beam.fluenceMode !== machine.fluenceMode)
    report('machine', `fluence mode ${beam.fluenceMode}, the machine's is ${machine.fluenceMode}`);
  for (const { type, leafBoundaries } of beam.devices) {
    if (!type.startsWith('MLC')) continue;
    if (type !== mlc?.type) report('device', `${type} where the machine has ${mlc?.type ?? 'no leaves'}`);
    else if (leafBoundaries?.some((at, n) => Math.abs(at - mlc.leafBoundaries[n]) > ROUNDING))
      report('device', 'leaf boundaries are not those of the machine');
  }
  const meterset = beam.meterset === undefined ? undefined : metersetReason(beam.meterset, machine);
  if (meterset !== undefined) report('meterset', meterset);
  const weights = beam.controlPoints.map(({ metersetWeight }) => metersetWeight);
  if (weights.length < 2) report('meterset-order', `${weights.length} control points, at least 2`);
  if (weights.length > 0 && weights[0] !== 0)
    report('meterset-order', `the first meterset weight is ${weights[0]}, not 0`, 0);
  for (let n = 1; n < weights.length; n++) {
    if (!(weights[n] >= weights[n - 1]))
      report('meterset-order', `meterset weight falls from ${weights[n - 1]} to ${weights[n]}`, n);
  }
  const last = weights.at(-1);
  if (last !== undefined && !(Math.abs(last - beam.finalMetersetWeight) <= 1e-6 * Math.abs(beam.finalMetersetWeight)))
    report('meterset-order', `the last meterset weight is ${last}, the final one ${beam.finalMetersetWeight}`);
}

function checkPoint(point: ControlPoint, machine: Machine, report: Report): void {
  const { limits, mlc, nominalEnergy } = machine;
  if (point.nominalEnergy !== nominalEnergy)
    report('machine', `${point.nominalEnergy} MV where the machine gives ${nominalEnergy} MV`);
  for (const axis of ['gantry', 'collimator', 'couch'] as const) {
    const [low, high] = limits[axis];
    if (!reachesAngle(point[axis], limits[axis]))
      report('angle', `${axis} at ${point[axis]}°, from ${low}° to ${high}°`);
  }
  if (point.doseRate !== undefined && !(point.doseRate >= 0 && point.doseRate <= limits.doseRate))
    report('dose-rate', `${point.doseRate} MU/min, at most ${limits.doseRate} MU/min`);
  const { X, ASYMX = X, Y, ASYMY = Y } = point.positions;
  const ranges = jawRanges(machine);
  for (const [name, jaws, first] of [
    ['X', ASYMX, 0],
    ['Y', ASYMY, 2],
  ] as const) {
    if (jaws === undefined) continue;
    for (const [side, at] of jaws.entries()) {
      const range = ranges[first + side];
      if (!(at >= range[0] - ROUNDING && at <= range[1] + ROUNDING))
        report('jaw-range', `${name}${side + 1} jaw at ${at} mm, from ${range[0]} to ${range[1]} mm`);
    }
    if (jaws[0] > jaws[1] + ROUNDING) report('jaws-crossed', `${name} jaws at ${jaws[0]} and ${jaws[1]} mm`);
  }
  const leaves = mlc && point.positions[mlc.type];
  if (leaves !== undefined) checkLeaves(leaves, mlc!, report);
}

function uncheckedOf(beam: Beam, { limits, mlc }: Machine): string[] {
  const unchecked: string[] = [];
  if (beam.meterset === undefined) unchecked.push('meterset and speeds: the beam has no meterset');
  if (limits.gantrySpeed === undefined) unchecked.push('gantry speed: the machine states none');
  if (mlc !== undefined && mlc.leafSpeed === undefined) unchecked.push('leaf speed: the machine states none');
  if (mlc !== undefined && mlc.maximumSpan === undefined)
    unchecked.push('spread of a leaf bank: the machine states none');
  if (mlc !== undefined && mlc.interdigitation === undefined)
    unchecked.push('interdigitation: the machine does not say');
  return unchecked;
}
