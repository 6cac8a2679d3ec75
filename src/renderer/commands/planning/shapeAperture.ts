import type { Moved, Positions } from '#shared/beamsEye/edit/moved.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import type { Beam } from '#shared/model/plan.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { beginLiveEdit } from './liveEdit.ts';
import { assertStatic } from './beams/keptBeams.ts';
import { beamByNumber, editBeam, openedPlan, withBeam } from './plans.ts';

/** Jaws and leaves of one beam under the hand. */
export interface ApertureDrag {
  /** Where they stood at the beginning. */
  readonly start: Positions;
  readonly machine: Machine;
  /** Puts them somewhere else; a limit that was run into is said in the status bar. */
  readonly set: (moved: Moved) => void;
  readonly end: () => void;
  readonly cancel: () => void;
}

/**
 * The machine of a beam whose jaws and leaves may be moved by hand.
 * @throws IsocenterError UNSUPPORTED_OBJECT for a beam that moves while it irradiates, MACHINE for one of a machine that is not modelled
 * here or has other leaves
 */
export function handMachine(beam: Beam): Machine {
  assertStatic(beam);
  const machine = machineByName(beam.machine);
  const fault = checkDeliverability(beam, machine).violations.find(({ limit }) => limit === 'device');
  if (fault !== undefined)
    throw new IsocenterError('MACHINE', `${fault.message}: not ${machine.name}'s to move`, {
      object: `Beam ${beam.number} (${beam.name})`,
    });
  return machine;
}

/** The static beam with its jaws and leaves elsewhere: they stop following the target. */
export function withPositions(beam: Beam, positions: Positions): Beam {
  const controlPoints = beam.controlPoints.map((point) => ({ ...point, positions }));
  return withNote({ ...beam, controlPoints }, { weight: beamNote(beam).weight });
}

/** Begins to move jaws or leaves of a beam by hand; one undoable step called `name`. @throws IsocenterError as `handMachine`. */
export function dragAperture(beamNumber: number, name: string): ApertureDrag {
  const beam = beamByNumber(openedPlan(), beamNumber);
  const machine = handMachine(beam);
  const { change, end, cancel } = beginLiveEdit(`${name} of ${beam.name}`);
  const start = beam.controlPoints[0].positions;
  let limited = false;
  return {
    start,
    machine,
    set: ({ positions, limit }) => {
      if (limit !== undefined) setMessage(`${beam.name}: ${limit}`, 'warning');
      else if (limited) setMessage('');
      limited = limit !== undefined;
      change((plan) =>
        positions === start ? plan : withBeam(plan, beamNumber, (old) => withPositions(old, positions)),
      );
    },
    end,
    cancel,
  };
}

/** One move of jaws or leaves, as the keyboard makes it. @throws IsocenterError as `handMachine`. */
export function nudgeAperture(
  beamNumber: number,
  name: string,
  move: (positions: Positions, machine: Machine) => Moved,
): void {
  editBeam(`${name} of ${beamByNumber(openedPlan(), beamNumber).name}`, beamNumber, (beam) => {
    const { positions } = beam.controlPoints[0];
    const moved = move(positions, handMachine(beam));
    if (moved.limit !== undefined) setMessage(`${beam.name}: ${moved.limit}`, 'warning');
    return moved.positions === positions ? beam : withPositions(beam, moved.positions);
  });
}
