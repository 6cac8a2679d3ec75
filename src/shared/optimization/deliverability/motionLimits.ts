import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';
import { ROUNDING, type Report } from './violation.ts';

/** Speeds are compared with this to spare: rounding of weights and angles. */
const SPEED_SLACK = 1.001;

/**
 * Speeds between control points while the beam is on. The movement may take as long as its MU last at the lowest dose rate: the machine's,
 * or where it states none the control point's. Movements without MU are made with the beam held and have all the time they need.
 */
export function checkMotion(beam: Beam, machine: Machine, report: Report): void {
  const { meterset, finalMetersetWeight } = beam;
  for (let n = 1; n < beam.controlPoints.length; n++) {
    const from = beam.controlPoints[n - 1];
    const to = beam.controlPoints[n];
    const turn = gantryTurn(from, to);
    if (turn === undefined)
      report('gantry-direction', `the gantry turns from ${from.gantry}° to ${to.gantry}° in no direction`, n);
    const share = (to.metersetWeight - from.metersetWeight) / finalMetersetWeight;
    if (meterset === undefined || !(share > 0)) continue;
    const rate = machine.limits.minimumDoseRate ?? from.doseRate ?? machine.limits.doseRate;
    const seconds = (60 * meterset * share) / rate;
    const { gantrySpeed } = machine.limits;
    if (gantrySpeed !== undefined && turn !== undefined && turn > gantrySpeed * seconds * SPEED_SLACK + ROUNDING)
      report('gantry-speed', `gantry at ${(turn / seconds).toFixed(2)} °/s, at most ${gantrySpeed} °/s`, n);
    const { mlc } = machine;
    if (mlc?.leafSpeed === undefined) continue;
    const travel = furthest(from.positions[mlc.type], to.positions[mlc.type]);
    if (travel > mlc.leafSpeed * seconds * SPEED_SLACK + ROUNDING)
      report('leaf-speed', `a leaf at ${(travel / seconds).toFixed(1)} mm/s, at most ${mlc.leafSpeed} mm/s`, n);
  }
}

/** Degrees from one control point to the next, the way its direction says; undefined if it turns without one. */
function gantryTurn(from: ControlPoint, to: ControlPoint): number | undefined {
  const clockwise = (((to.gantry - from.gantry) % 360) + 360) % 360;
  if (clockwise < ROUNDING || clockwise > 360 - ROUNDING) return 0;
  if (from.gantryDirection === 'NONE') return undefined;
  return from.gantryDirection === 'CW' ? clockwise : 360 - clockwise;
}

function furthest(from: readonly number[] = [], to: readonly number[] = []): number {
  return to.reduce((most, at, n) => Math.max(most, Math.abs(at - (from[n] ?? at))), 0);
}
