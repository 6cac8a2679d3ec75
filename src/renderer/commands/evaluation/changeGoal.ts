import { parseGoal } from '#shared/evaluation/goals/goalText.ts';
import type { PlanGoal } from '#shared/model/goals.ts';
import type { Command } from '../command.ts';
import { editGoals, withGoal } from './goals.ts';

/** A limit changed by hand is no longer that of the source. @throws USAGE for a goal that cannot be read */
export const changeGoal: Command<[index: number, goal: PlanGoal]> = {
  name: 'changeGoal',
  label: 'Change clinical goal',
  undo: 'Undo gives back the goal of before.',
  perform: (index, goal) => {
    const { text } = parseGoal(goal.text);
    editGoals(`Change goal of ${goal.structure}`, (sheet) => {
      if (sheet === undefined) return undefined;
      const before = sheet.goals[index];
      const { source, ...rest } = goal;
      const same = parseGoal(before.text).text === text && before.structure === goal.structure;
      return withGoal(
        sheet,
        index,
        same ? { ...goal, text: before.text } : { ...rest, text, ...changedSource(source) },
      );
    });
  },
};

const changedSource = (source: string | undefined): Pick<PlanGoal, 'source'> =>
  source === undefined
    ? {}
    : { source: source.startsWith('changed by hand') ? source : `changed by hand; was ${source}` };
