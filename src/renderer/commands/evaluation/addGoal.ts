import { parseGoal } from '#shared/evaluation/goals/goalText.ts';
import type { PlanGoal } from '#shared/model/goals.ts';
import type { Command } from '../command.ts';
import { editGoals } from './goals.ts';

export const addGoal: Command<[goal: PlanGoal]> = {
  name: 'addGoal',
  label: 'Add clinical goal',
  undo: 'Undo takes the goal away again.',
  perform: (goal) => {
    parseGoal(goal.text);
    editGoals(`Add goal of ${goal.structure}`, (sheet = { name: 'Own goals', description: '', goals: [] }) => ({
      ...sheet,
      goals: [...sheet.goals, goal],
    }));
  },
};
