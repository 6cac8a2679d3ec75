import { useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../command.ts';
import { beamByNumber, editPlan, openedPlan } from './plans.ts';

export const deleteBeam: Command<[beamNumber: number]> = {
  name: 'deleteBeam',
  label: 'Delete beam',
  undo: 'Undo brings the beam back.',
  perform: (beamNumber) => {
    const { name } = beamByNumber(openedPlan(), beamNumber);
    editPlan(`Delete ${name}`, (plan) => ({
      ...plan,
      beams: plan.beams.filter((beam) => beam.number !== beamNumber),
    }));
    if (useBeamView.getState().selected === beamNumber) useBeamView.setState({ selected: null });
  },
};
