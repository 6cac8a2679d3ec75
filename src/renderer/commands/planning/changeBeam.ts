import { IsocenterError } from '#shared/contract/errors.ts';
import { onMachine, withAccessoriesOf } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { type Jaws, jawsReason, metersetReason, nameReason, wedgeReason } from '#shared/dosimetry/plan/beamLimits.ts';
import type { BeamAngles } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { editDocument } from '#renderer/document/store.ts';
import { jawsOf } from '#renderer/viewports/painters/beams/beamGeometry.ts';
import type { Command } from '../command.ts';
import { fitted } from './fitBeams.ts';
import { assertMovable, assertStatic, fittedArc } from './beams/keptBeams.ts';
import { beamByNumber, editBeam, editPlan, makeBeam, moveBeam, openedPlan } from './plans.ts';

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
    const others = openedPlan().beams.filter(({ number }) => number !== beamNumber);
    const reason = nameReason(trimmed, others);
    if (reason !== undefined)
      throw new IsocenterError('INVALID_ATTRIBUTE', reason, { object: 'beam', attribute: 'BeamName' });
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
      const { sides: _sides, weight: _weight, ...kept } = beamNote(beam);
      return fitted(beam, { ...kept, margin }, plan, structures);
    }),
};

/** Jaw positions [x1, x2, y1, y2] in mm at the isocenter plane, by hand: the aperture stops following the target. */
export const setJaws: Command<[beamNumber: number, jaws: Jaws]> = {
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

/** The size of the field along X or Y, mm; its middle stays where it is. */
export const setFieldSize: Command<[beamNumber: number, axis: 'X' | 'Y', size: number]> = {
  name: 'setFieldSize',
  label: 'Set field size',
  undo: 'Undo gives back the old jaw positions.',
  perform: (beamNumber, axis, size) => {
    const beam = beamByNumber(openedPlan(), beamNumber);
    const jaws = jawsOf(beam.controlPoints[0]);
    if (jaws === undefined) throw new IsocenterError('MACHINE', 'this beam has no jaws', { object: beam.name });
    if (!(size > 0))
      throw new IsocenterError('MACHINE', `a field of ${size} mm: it must be above 0`, { object: beam.name });
    const [x1, x2, y1, y2] = jaws;
    const about = (low: number, high: number): [number, number] => {
      const middle = Math.round(5 * (low + high)) / 10;
      return [middle - size / 2, middle + size / 2];
    };
    void setJaws.perform(beamNumber, axis === 'X' ? [...about(x1, x2), y1, y2] : [x1, x2, ...about(y1, y2)]);
  },
};

function checkJaws(beam: Beam, jaws: Jaws): void {
  if (jawsOf(beam.controlPoints[0]) === undefined)
    throw new IsocenterError('MACHINE', 'this beam has no jaws', { object: beam.name });
  const machine = machineByName(beam.machine);
  const wedge = (beam.wedges ?? []).find(({ id }) => machine.wedges.some((known) => known.id === id));
  const reason =
    jawsReason(jaws, machine) ??
    (wedge?.id === undefined ? undefined : wedgeReason(wedge.id, wedge.orientation ?? 0, jaws, machine));
  if (reason !== undefined)
    throw new IsocenterError('MACHINE', reason, { object: beam.name, attribute: 'LeafJawPositions' });
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

/**
 * Monitor units per fraction by hand. Where the plan was normalised it is no longer: the normalisation becomes None and all other beams
 * keep the units they have.
 */
export const setMeterset: Command<[beamNumber: number, meterset: number]> = {
  name: 'setMeterset',
  label: 'Set monitor units',
  undo: 'Undo gives back the old monitor units and the normalisation.',
  perform: (beamNumber, meterset) => {
    const reason =
      meterset >= 0
        ? metersetReason(meterset, machineByName(beamByNumber(openedPlan(), beamNumber).machine))
        : 'monitor units are 0 or more';
    if (reason !== undefined)
      throw new IsocenterError('MACHINE', reason, { object: nameOf(beamNumber), attribute: 'BeamMeterset' });
    editPlan(`Set MU of ${nameOf(beamNumber)}`, (plan) => ({
      ...plan,
      ...(plan.prescription === undefined
        ? {}
        : {
            prescription: { ...plan.prescription, normalization: { ...plan.prescription.normalization, kind: 'None' } },
          }),
      beams: plan.beams.map((beam) => (beam.number === beamNumber ? { ...beam, meterset, beamDose: undefined } : beam)),
    }));
  },
};

export const changeMachine: Command<[beamNumber: number, machine: string]> = {
  name: 'changeMachine',
  label: 'Change machine',
  undo: 'Undo gives back the old machine and aperture.',
  perform: (beamNumber, machine) =>
    editBeam(`Machine of ${nameOf(beamNumber)}`, beamNumber, (beam, { plan, structures }) => {
      if (plan === undefined || beam.machine === machine) return beam;
      assertMovable(beam);
      const arc = fittedArc(beam);
      const { gantry, collimator, couch, isocenter } = beam.controlPoints[0];
      const { number, name } = beam;
      const fitting = onMachine(beam, machineByName(machine));
      const angles = { gantry, collimator, couch };
      return withAccessoriesOf(
        makeBeam(plan, structures, { number, name, machine, angles, isocenter, note: beamNote(beam), arc }),
        fitting,
      );
    }),
};
