import type { GoalSheet } from '#shared/model/goals.ts';
import type { Command } from '../command.ts';
import { editGoals } from './goals.ts';

export const setGoalSheet: Command<[sheet: GoalSheet]> = {
  name: 'setGoalSheet',
  label: 'Set clinical goals',
  undo: 'Undo gives back the goals of before.',
  perform: (sheet) => editGoals(`Clinical goals: ${sheet.name}`, () => sheet),
};
