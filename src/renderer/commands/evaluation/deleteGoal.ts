import type { Command } from '../command.ts';
import { editGoals, withGoal } from './goals.ts';

export const deleteGoal: Command<[index: number]> = {
  name: 'deleteGoal',
  label: 'Delete clinical goal',
  undo: 'Undo gives the goal back.',
  perform: (index) => editGoals('Delete goal', (sheet) => sheet && withGoal(sheet, index, undefined)),
};
