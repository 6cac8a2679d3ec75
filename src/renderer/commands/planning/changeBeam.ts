import { IsocenterError } from '#shared/contract/errors.ts';
import { onMachine, withAccessoriesOf } from '#shared/dosimetry/plan/fitAccessories.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { BeamAngles } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { beamNote, withNote } from '#renderer/document/beamNote.ts';
import { editDocument } from '#renderer/document/store.ts';
import { jawsOf } from '#renderer/viewports/painters/beamGeometry.ts';
import type { Command } from '../command.ts';
import { assertStatic, beamByNumber, editBeam, makeBeam, moveBeam, openedPlan } from './plans.ts';

const nameOf = (beamNumber: number): string => beamByNumber(openedPlan(), beamNumber).name;

export const turnBeam: Command<[beamNumber: number, angles: Partial<BeamAngles>]> = {
  name: 'turnBeam',
  label: 'Turn beam',
  undo: 'Undo gives back the old angles and aperture.',
  perform: (beamNumber, angles) =>
    editBeam(`Turn ${nameOf(beamNumber)}`, beamNumber, (beam, { plan, structures }) =>
      plan === undefined ? beam : moveBeam(beam, angles, plan, structures),
    ),
};

export const renameBeam: Command<[beamNumber: number, name: string]> = {
  name: 'renameBeam',
  label: 'Rename beam',
  undo: 'Undo gives back the old name.',
  perform: (beamNumber, name) => {
    const trimmed = name.trim();
    if (trimmed.length === 0 || trimmed.length > 64)
      throw new IsocenterError('INVALID_ATTRIBUTE', 'must have 1–64 characters', {
        object: 'beam',
        attribute: 'BeamName',
      });
    // The name does not touch the dose, so the metersets stay.
    editDocument(`Rename ${nameOf(beamNumber)}`, (document) => {
      const plan = openedPlan(document);
      return {
        plan: {
          ...plan,
          beams: plan.beams.map((beam) => (beam.number === beamNumber ? { ...beam, name: trimmed } : beam)),
        },
      };
    });
  },
};

/** Fits the aperture to the target with a margin in mm; it follows the target and the angles from then on. */
export const fitBeam: Command<[beamNumber: number, margin: number]> = {
  name: 'fitBeam',
  label: 'Fit aperture',
  undo: 'Undo gives back the old aperture.',
  perform: (beamNumber, margin) =>
    editBeam(`Fit ${nameOf(beamNumber)}`, beamNumber, (beam, { plan, structures }) => {
      if (plan === undefined) return beam;
      assertStatic(beam);
      const { gantry, collimator, couch, isocenter } = beam.controlPoints[0];
      const { number, name, machine } = beam;
      const note = { ...beamNote(beam), margin };
      const angles = { gantry, collimator, couch };
      return withAccessoriesOf(makeBeam(plan, structures, { number, name, machine, angles, isocenter, note }), beam);
    }),
};

/** Jaw positions [x1, x2, y1, y2] in mm at the isocenter plane, by hand: the aperture stops following the target. */
export const setJaws: Command<[beamNumber: number, jaws: readonly [number, number, number, number]]> = {
  name: 'setJaws',
  label: 'Set jaws',
  undo: 'Undo gives back the old jaw positions.',
  perform: (beamNumber, jaws) =>
    editBeam(`Set jaws of ${nameOf(beamNumber)}`, beamNumber, (beam) => {
      assertStatic(beam);
      checkJaws(beam, jaws);
      const [x1, x2, y1, y2] = jaws;
      const controlPoints = beam.controlPoints.map((point) => {
        const { X: _x, Y: _y, ...others } = point.positions;
        return { ...point, positions: { ...others, ASYMX: [x1, x2], ASYMY: [y1, y2] } };
      });
      return withNote({ ...beam, controlPoints }, { weight: beamNote(beam).weight });
    }),
};

function checkJaws(beam: Beam, [x1, x2, y1, y2]: readonly [number, number, number, number]): void {
  const { name, limits } = machineByName(beam.machine);
  for (const [label, low, high, range] of [
    ['X', x1, x2, limits.jawX],
    ['Y', y1, y2, limits.jawY],
  ] as const) {
    if (!(low < high))
      throw new IsocenterError('MACHINE', `${label}1 (${low} mm) must be below ${label}2 (${high} mm)`, {
        object: beam.name,
      });
    if (low < range[0] || high > range[1])
      throw new IsocenterError('MACHINE', `${label} jaws of ${name} go from ${range[0]} to ${range[1]} mm`, {
        object: beam.name,
        attribute: 'LeafJawPositions',
      });
  }
  if (jawsOf(beam.controlPoints[0]) === undefined)
    throw new IsocenterError('MACHINE', 'this beam has no jaws', { object: beam.name });
}

export const weighBeam: Command<[beamNumber: number, weight: number]> = {
  name: 'weighBeam',
  label: 'Weigh beam',
  undo: 'Undo gives back the old weight.',
  perform: (beamNumber, weight) => {
    if (!(weight >= 0))
      throw new IsocenterError('INVALID_ATTRIBUTE', 'a weight is 0 or more', { object: nameOf(beamNumber) });
    editBeam(`Weigh ${nameOf(beamNumber)}`, beamNumber, (beam) => withNote(beam, { ...beamNote(beam), weight }));
  },
};

/** Monitor units per fraction by hand: only where the plan is not normalised. */
export const setMeterset: Command<[beamNumber: number, meterset: number]> = {
  name: 'setMeterset',
  label: 'Set monitor units',
  undo: 'Undo gives back the old monitor units.',
  perform: (beamNumber, meterset) => {
    if (openedPlan().prescription?.normalization.kind !== 'None')
      throw new IsocenterError('USAGE', 'monitor units follow from the normalisation; set it to None to enter them');
    const { maximumMeterset } = machineByName(beamByNumber(openedPlan(), beamNumber).machine).limits;
    if (!(meterset >= 0 && meterset <= maximumMeterset))
      throw new IsocenterError('MACHINE', `from 0 to ${maximumMeterset} MU`, {
        object: nameOf(beamNumber),
        attribute: 'BeamMeterset',
      });
    editBeam(`Set MU of ${nameOf(beamNumber)}`, beamNumber, (beam) => ({ ...beam, meterset, beamDose: undefined }));
  },
};

export const changeMachine: Command<[beamNumber: number, machine: string]> = {
  name: 'changeMachine',
  label: 'Change machine',
  undo: 'Undo gives back the old machine and aperture.',
  perform: (beamNumber, machine) =>
    editBeam(`Machine of ${nameOf(beamNumber)}`, beamNumber, (beam, { plan, structures }) => {
      if (plan === undefined || beam.machine === machine) return beam;
      assertStatic(beam);
      const { gantry, collimator, couch, isocenter } = beam.controlPoints[0];
      const { number, name } = beam;
      const fitting = onMachine(beam, machineByName(machine));
      const angles = { gantry, collimator, couch };
      return withAccessoriesOf(
        makeBeam(plan, structures, { number, name, machine, angles, isocenter, note: beamNote(beam) }),
        fitting,
      );
    }),
};
