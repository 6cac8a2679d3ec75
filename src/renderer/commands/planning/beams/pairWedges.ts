import { IsocenterError } from '#shared/contract/errors.ts';
import { wedgeReason } from '#shared/dosimetry/plan/beamLimits.ts';
import { withWedge } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import { wedgePair } from '#shared/dosimetry/plan/arrange/wedgePair.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { jawsOf } from '#renderer/viewports/painters/beams/beamGeometry.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import type { Command } from '../../command.ts';
import { beamByNumber, editPlan, openedPlan } from '../plans.ts';
import { assertStatic } from './keptBeams.ts';

/** Puts wedges into two beams, heels towards each other, of the machine's angle nearest to 90° − hinge/2. */
export const pairWedges: Command<[first: number, second: number]> = {
  name: 'pairWedges',
  label: 'Wedge pair',
  undo: 'Undo gives back the wedges there were.',
  perform: (first, second) => {
    const plan = openedPlan();
    const pair = [beamByNumber(plan, first), beamByNumber(plan, second)] as const;
    const iecFromLps = iecFromPatient(plan.patientPosition);
    if (iecFromLps === undefined)
      throw new IsocenterError('GEOMETRY', `patient position "${plan.patientPosition}" is not supported`);
    const { hinge, angle, orientations } = wedgePair(pair[0].controlPoints[0], pair[1].controlPoints[0], iecFromLps);
    if (hinge < 5 || hinge > 175)
      throw new IsocenterError('USAGE', `the axes stand at ${hinge.toFixed(0)}°: a wedge pair needs 5° to 175°`, {
        object: `${pair[0].name} and ${pair[1].name}`,
      });
    editPlan(`Wedge pair ${pair[0].name}, ${pair[1].name}`, (now: Plan) => ({
      ...now,
      beams: now.beams.map((beam) => {
        const n = pair.findIndex(({ number }) => number === beam.number);
        return n < 0 ? beam : wedged(beam, angle, orientations[n]);
      }),
    }));
    setMessage(`Wedge pair at a hinge of ${hinge.toFixed(0)}°: ${angle.toFixed(0)}° would be even`, 'info');
  },
};

function wedged(beam: Beam, angle: number, orientation: number): Beam {
  assertStatic(beam);
  const machine = machineByName(beam.machine);
  const [nearest] = machine.wedges.toSorted((a, b) => Math.abs(a.angle - angle) - Math.abs(b.angle - angle));
  const refuse = (message: string): IsocenterError =>
    new IsocenterError('MACHINE', message, { object: beam.name, attribute: 'WedgeID' });
  if (nearest === undefined) throw refuse(`${machine.name} has no wedges`);
  const jaws = jawsOf(beam.controlPoints[0]);
  const reason = jaws && wedgeReason(nearest.id, orientation, jaws, machine);
  if (reason !== undefined) throw refuse(reason);
  return withWedge(beam, machine, { id: nearest.id, orientation });
}
