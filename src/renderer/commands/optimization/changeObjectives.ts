import { IsocenterError } from '#shared/contract/errors.ts';
import { checkObjectives, type DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { editDocument } from '#renderer/document/store.ts';
import type { Command } from '../command.ts';
import { openedPlan } from '../planning/plans.ts';

/**
 * The active plan's objectives, in order: a voxel counts for the structure that is named first. They change no dose; a run of the plan that
 * is under way goes on with them. @throws IsocenterError USAGE for values that do not fit, CONFLICT for an approved plan.
 */
export const changeObjectives: Command<[objectives: readonly DoseGoal[], edit?: string]> = {
  name: 'changeObjectives',
  label: 'Change objectives',
  undo: 'Undo gives back the objectives of before.',
  perform: (objectives, edit = 'Change objectives') => {
    const checked = checkObjectives(objectives);
    editDocument(edit, (document) => {
      const plan = openedPlan(document);
      if (plan.approval === 'APPROVED')
        throw new IsocenterError('CONFLICT', 'is approved: copy it to optimise it', { object: plan.label });
      if (JSON.stringify(plan.objectives ?? []) === JSON.stringify(checked)) return null;
      const { objectives: _before, ...rest } = plan;
      return { plan: checked.length === 0 ? rest : { ...rest, objectives: checked } };
    });
  },
};
