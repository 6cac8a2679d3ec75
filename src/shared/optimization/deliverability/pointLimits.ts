import { jawRanges, reachesAngle } from '../../dosimetry/plan/beamLimits.ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';
import { type DeliveryMachine, layersOf } from './deliveryMachine.ts';
import { checkLeaves } from './leafLimits.ts';
import { figure, type Report, ROUNDING } from './violation.ts';

/** Limits of where everything stands at control point `n` of a beam. */
export function checkPoint(beam: Beam, n: number, machine: DeliveryMachine, reportAt: Report): void {
  const report: Report = (limit, message) => reportAt(limit, message, n);
  const point = beam.controlPoints[n];
  const { limits, nominalEnergy } = machine;
  if (point.nominalEnergy !== nominalEnergy)
    report('machine', `${point.nominalEnergy} MV where the machine gives ${nominalEnergy} MV`);
  for (const axis of ['gantry', 'collimator', 'couch'] as const) {
    const [low, high] = limits[axis];
    if (!reachesAngle(point[axis], limits[axis]))
      report('angle', `${axis} at ${figure(point[axis])}°, from ${low}° to ${high}°`);
  }
  checkDoseRate(point, machine, report);
  for (const { type } of beam.devices)
    if (point.positions[type] === undefined) report('position', `${type} is nowhere stated to stand`);
  checkJaws(point, machine, report);
  for (const layer of layersOf(machine)) {
    const leaves = point.positions[layer.type];
    if (leaves !== undefined) checkLeaves(leaves, layer, report, restingAt(beam, n, layer.type));
  }
}

/** The rate is the most that the plan wants; 0 is written by systems that leave it to the machine (unchecked.ts says so). */
function checkDoseRate({ doseRate }: ControlPoint, { limits }: DeliveryMachine, report: Report): void {
  if (doseRate === undefined || doseRate === 0) return;
  const least = limits.minimumDoseRate ?? 0;
  if (!(doseRate >= least && doseRate <= limits.doseRate))
    report('dose-rate', `${doseRate} MU/min, from ${least} to ${limits.doseRate} MU/min`);
}

function checkJaws({ positions }: ControlPoint, machine: DeliveryMachine, report: Report): void {
  const { X, ASYMX = X, Y, ASYMY = Y } = positions;
  const ranges = jawRanges(machine);
  for (const [name, jaws, first] of [
    ['X', ASYMX, 0],
    ['Y', ASYMY, 2],
  ] as const) {
    if (jaws === undefined) continue;
    if (jaws.length !== 2) report('device', `${jaws.length} positions of two ${name} jaws`);
    for (const [side, at] of jaws.entries()) {
      const range = ranges[first + side];
      if (!(at >= range[0] - ROUNDING && at <= range[1] + ROUNDING))
        report('jaw-range', `${name}${side + 1} jaw at ${figure(at)} mm, from ${range[0]} to ${range[1]} mm`);
    }
    if (jaws[0] > jaws[1] + ROUNDING)
      report('jaws-crossed', `${name} jaws at ${figure(jaws[0])} and ${figure(jaws[1])} mm`);
  }
}

/** Whether a leaf pair stands at a control point where it stands as long as the beam is on before and after it. */
function restingAt(
  { controlPoints }: Beam,
  n: number,
  type: keyof ControlPoint['positions'],
): (pair: number) => boolean {
  const here = controlPoints[n].positions[type] ?? [];
  const pairs = here.length / 2;
  const near = [controlPoints[n - 1], controlPoints[n + 1]].flatMap((point) =>
    point !== undefined && point.metersetWeight !== controlPoints[n].metersetWeight
      ? [point.positions[type] ?? []]
      : [],
  );
  return (pair) =>
    near.every((other) => [pair, pair + pairs].every((leaf) => Math.abs(other[leaf] - here[leaf]) <= ROUNDING));
}
