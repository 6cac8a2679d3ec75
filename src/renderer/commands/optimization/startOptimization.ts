import { doseMeans } from '#renderer/compute/dose/frontend.ts';
import type { OptimizationRequest } from '#renderer/compute/optimization/base.ts';
import { useOptimization } from '#renderer/stores/optimizationStore.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { ownMachines } from '#shared/dosimetry/machine/machines.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';
import type { Command } from '../command.ts';
import { openedDocument } from '../longWork.ts';
import { patientOf } from '../planning/doseRequest.ts';
import { useDoseSettings } from '../planning/doseSettings.ts';
import { openedPlan, targetOf } from '../planning/plans.ts';
import { arcLosses } from './arcLosses.ts';
import { beginRun, type RunBasis, warmStartFor } from './liveRun.ts';

/**
 * Optimises the active plan in a worker, for its objectives and with the settings of the store; `from` 'last' starts where the last run of
 * the same beams ended. It is no edit: `acceptOptimization` makes its result the plan.
 * @throws IsocenterError USAGE, NOT_FOUND for a plan that cannot be optimised as it is; CONFLICT while a run is under way.
 */
export const startOptimization: Command<[from?: 'anew' | 'last']> = {
  name: 'startOptimization',
  label: 'Start optimisation',
  undo: 'Stop ends it; the plan stays as it is until the result is accepted.',
  perform: (from = 'anew') => {
    const document = openedDocument();
    const basis = { document, plan: openedPlan(document) };
    const start = from === 'last' ? warmStartFor(basis) : undefined;
    beginRun(basis, { ...requestOf(basis), ...(start !== undefined && { start }) });
  },
};

function requestOf({ document, plan }: RunBasis): OptimizationRequest {
  const refuse = (message: string, attribute: string): never => {
    throw new IsocenterError('USAGE', message, { object: plan.label, attribute });
  };
  if (plan.approval === 'APPROVED')
    throw new IsocenterError('CONFLICT', 'is approved: copy it to optimise it', { object: plan.label });
  if (plan.ion === true || plan.omitted !== undefined)
    refuse('is not a plan that can be computed here', 'BeamSequence');
  const { objectives = [] } = plan;
  if (objectives.length === 0) refuse('has no objectives yet', 'objectives');
  const { prescription } = plan;
  const target = targetOf(plan, document.structures);
  const { settings } = useOptimization.getState();
  if (settings.technique !== 'vmat' && plan.beams.every(({ deliveryType }) => deliveryType !== 'TREATMENT'))
    refuse('has no beams yet: say from where to irradiate', 'BeamSequence');
  const [loss] = settings.technique === 'vmat' ? arcLosses(plan, settings.arcs) : [];
  if (loss !== undefined)
    throw new IsocenterError('USAGE', loss.reason, { object: `Beam ${loss.beam.number} (${loss.beam.name})` });
  for (const beam of plan.beams) {
    const inTheWay = [beam.wedges, beam.blocks, beam.compensators, beam.applicators].some(
      (list = []) => list.length > 0,
    );
    if (inTheWay && settings.technique !== 'vmat' && beam.deliveryType === 'TREATMENT')
      throw new IsocenterError(
        'USAGE',
        'has a wedge, block, compensator or applicator: leaves alone modulate, take it off',
        {
          object: `Beam ${beam.number} (${beam.name})`,
        },
      );
  }
  const doseSettings = useDoseSettings.getState();
  const patient = patientOf(document, plan, doseSettings);
  const dosimetric = patient.structures.rois;
  const rois = document.structures.rois.filter((roi) => dosimetric.includes(roi) || roi.contours.some(isClosed));
  return {
    ...patient,
    structures: { ...patient.structures, rois },
    plan,
    goals: {
      prescription: { roi: target.name, dose: prescription?.dose ?? 0, fractions: plan.fractions },
      objectives: [...objectives],
    },
    settings,
    directions: doseSettings.directions,
    machines: ownMachines(),
    ...doseMeans(),
    workers: settings.threads,
  };
}
