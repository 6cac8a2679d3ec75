import { IsocenterError } from '#shared/contract/errors.ts';
import { freeName, nameOfBeam } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import type { Beam } from '#shared/model/plan.ts';
import { editDocument } from '#renderer/document/store.ts';
import { selectBeam, useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../../command.ts';
import { beamByNumber, editPlan, openedPlan } from '../plans.ts';

/** A beam's number, by which records refer to it. Its order in the plan stays. */
export const renumberBeam: Command<[beamNumber: number, next: number]> = {
  name: 'renumberBeam',
  label: 'Renumber beam',
  undo: 'Undo gives back the old number.',
  perform: (beamNumber, next) => {
    const plan = openedPlan();
    const { name } = beamByNumber(plan, beamNumber);
    const refuse = (message: string): IsocenterError =>
      new IsocenterError('INVALID_ATTRIBUTE', message, { object: name, attribute: 'BeamNumber' });
    if (!Number.isInteger(next) || next < 1 || next > 9999)
      throw refuse('a beam number is a whole number from 1 to 9999');
    if (next === beamNumber) return;
    const other = plan.beams.find(({ number }) => number === next);
    if (other !== undefined) throw refuse(`${next} is the number of beam ${other.name}`);
    editPlan(`Renumber ${name}`, ({ beams, ...rest }) => ({
      ...rest,
      beams: beams.map((beam) => (beam.number === beamNumber ? { ...beam, number: next } : beam)),
    }));
    if (useBeamView.getState().selected === beamNumber) selectBeam(next);
  },
};

/** Names all beams after their angles. The dose stays: names do not shape it. */
export const nameBeams: Command = {
  name: 'nameBeams',
  label: 'Name beams by their angles',
  undo: 'Undo gives back the old names.',
  perform: () =>
    editDocument('Name beams by their angles', (document) => {
      const plan = openedPlan(document);
      const named: Beam[] = [];
      for (const beam of plan.beams) named.push({ ...beam, name: freeName(nameOfBeam(beam), named) });
      return named.every(({ name }, n) => name === plan.beams[n].name) ? null : { plan: { ...plan, beams: named } };
    }),
};

/** Whether a beam treats or only helps to set the patient up. A set-up beam has no monitor units and takes no part in the dose. */
export const setDelivery: Command<[beamNumber: number, delivery: 'TREATMENT' | 'SETUP']> = {
  name: 'setDelivery',
  label: 'Set delivery type',
  undo: 'Undo gives back the old delivery type.',
  perform: (beamNumber, delivery) => {
    const { name } = beamByNumber(openedPlan(), beamNumber);
    editPlan(`${delivery === 'SETUP' ? 'Set-up' : 'Treatment'} beam ${name}`, (plan) => ({
      ...plan,
      beams: plan.beams.map((beam) => {
        if (beam.number !== beamNumber || beam.deliveryType === delivery) return beam;
        const { meterset: _meterset, beamDose: _dose, ...rest } = beam;
        return { ...rest, deliveryType: delivery };
      }),
    }));
  },
};
