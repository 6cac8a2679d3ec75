import { metersetReason } from '../../dosimetry/plan/beamLimits.ts';
import type { Beam } from '../../model/plan.ts';
import { type DeliveryMachine, layersOf } from './deliveryMachine.ts';
import { type Report, ROUNDING } from './violation.ts';

/** Limits of a beam as a whole: that it is made for this machine, its meterset and the course of its weights. */
export function checkWhole(beam: Beam, machine: DeliveryMachine, report: Report): void {
  checkIdentity(beam, machine, report);
  const { limits } = machine;
  const { meterset, finalMetersetWeight: final, controlPoints } = beam;
  const reason = meterset === undefined ? undefined : metersetReason(meterset, machine);
  if (reason !== undefined) report('meterset', reason);
  const most = limits.maximumControlPoints ?? Infinity;
  if (controlPoints.length < 2) report('control-points', `${controlPoints.length} control points, at least 2`);
  if (controlPoints.length > most) report('control-points', `${controlPoints.length} control points, at most ${most}`);
  const weights = controlPoints.map(({ metersetWeight }) => metersetWeight);
  if (weights.length > 0 && weights[0] !== 0)
    report('meterset-order', `the first meterset weight is ${weights[0]}, not 0`, 0);
  for (let n = 1; n < weights.length; n++) {
    if (!(weights[n] >= weights[n - 1]))
      report('meterset-order', `meterset weight falls from ${weights[n - 1]} to ${weights[n]}`, n);
  }
  const last = weights.at(-1);
  if (last !== undefined && !(Math.abs(last - final) <= 1e-6 * Math.abs(final)))
    report('meterset-order', `the last meterset weight is ${last}, the final one ${final}`);
  if ((meterset ?? 0) > 0 && !(final > 0))
    report('meterset-order', `${meterset} MU over a final meterset weight of ${final}`);
}

function checkIdentity(beam: Beam, machine: DeliveryMachine, report: Report): void {
  if (beam.radiationType !== machine.radiationType)
    report('machine', `${beam.radiationType || 'no radiation'} where the machine gives ${machine.radiationType}`);
  if (beam.sourceAxisDistance !== machine.sourceAxisDistance)
    report(
      'machine',
      `source–axis distance ${beam.sourceAxisDistance} mm, the machine's is ${machine.sourceAxisDistance} mm`,
    );
  if (beam.fluenceMode !== '' && beam.fluenceMode !== machine.fluenceMode)
    report('machine', `fluence mode ${beam.fluenceMode}, the machine's is ${machine.fluenceMode}`);
  const layers = layersOf(machine);
  for (const { type, leafBoundaries } of beam.devices) {
    if (!type.startsWith('MLC')) continue;
    const layer = layers.find((one) => one.type === type);
    if (layer === undefined)
      report('device', `${type} where the machine has ${layers.map((one) => one.type).join(' and ') || 'no leaves'}`);
    else if (leafBoundaries !== undefined && !same(leafBoundaries, layer.leafBoundaries))
      report('device', 'leaf boundaries are not those of the machine');
  }
}

const same = (some: readonly number[], others: readonly number[]): boolean =>
  some.length === others.length && some.every((at, n) => Math.abs(at - others[n]) <= ROUNDING);
