import { IsocenterError } from '#shared/contract/errors.ts';
import { withTray, withWedge } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { wedgeReason } from '#shared/dosimetry/plan/beamLimits.ts';
import { jawsOf } from '#renderer/viewports/painters/beams/beamGeometry.ts';
import type { Command } from '../command.ts';
import { assertStatic } from './beams/keptBeams.ts';
import { beamByNumber, editBeam, openedPlan } from './plans.ts';

const nameOf = (beamNumber: number): string => beamByNumber(openedPlan(), beamNumber).name;

/** A wedge of the beam's machine by its ID, turned by `orientation` (IEC degrees against the collimator), or none. */
export const setWedge: Command<[beamNumber: number, wedge: { id: string; orientation: number } | undefined]> = {
  name: 'setWedge',
  label: 'Set wedge',
  undo: 'Undo gives back the wedge there was.',
  perform: (beamNumber, wedge) =>
    editBeam(
      wedge === undefined ? `Take wedge out of ${nameOf(beamNumber)}` : `Wedge ${nameOf(beamNumber)}`,
      beamNumber,
      (beam) => {
        assertStatic(beam);
        const jaws = jawsOf(beam.controlPoints[0]);
        const machine = machineByName(beam.machine);
        const reason =
          wedge === undefined || jaws === undefined
            ? undefined
            : wedgeReason(wedge.id, wedge.orientation, jaws, machine);
        if (reason !== undefined)
          throw new IsocenterError('MACHINE', reason, { object: beam.name, attribute: 'WedgeID' });
        return withWedge(beam, machineByName(beam.machine), wedge);
      },
    ),
};

/** A tray of the beam's machine by its ID, or none. */
export const setTray: Command<[beamNumber: number, trayId: string | undefined]> = {
  name: 'setTray',
  label: 'Set tray',
  undo: 'Undo gives back the tray there was.',
  perform: (beamNumber, trayId) =>
    editBeam(`Tray of ${nameOf(beamNumber)}`, beamNumber, (beam) =>
      withTray(beam, machineByName(beam.machine), trayId),
    ),
};

/** Lays a structure of type BOLUS on the patient for this beam, alone or with others, or takes it away; 'none' takes all away. */
export const setBolus: Command<[beamNumber: number, roiNumber: number | 'none', there: boolean | 'alone']> = {
  name: 'setBolus',
  label: 'Set bolus',
  undo: 'Undo gives back the boli there were.',
  perform: (beamNumber, roiNumber, there) =>
    editBeam(`Bolus of ${nameOf(beamNumber)}`, beamNumber, (beam, { structures }) => {
      const { boluses = [], ...rest } = beam;
      if (roiNumber === 'none') return rest;
      const roi = structures.rois.find(({ number }) => number === roiNumber);
      if (there !== false && roi?.type !== 'BOLUS')
        throw new IsocenterError('REFERENCE', 'is no structure of type BOLUS', {
          object: roi?.name ?? `ROI ${roiNumber}`,
        });
      const others = there === 'alone' ? [] : boluses.filter((bolus) => bolus.roiNumber !== roiNumber);
      const next = there !== false ? [...others, { roiNumber, id: roi?.name.slice(0, 16) ?? '' }] : others;
      return next.length === 0 ? rest : { ...rest, boluses: next };
    }),
};
