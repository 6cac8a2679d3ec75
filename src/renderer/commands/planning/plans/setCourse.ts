import type { Command } from '../../command.ts';
import { editRecord, planText } from './records.ts';

/** The course of treatment that a plan belongs to, in words of the user's. */
export const setCourse: Command<[index: number, course: string]> = {
  name: 'setCourse',
  label: 'Set course',
  undo: 'Undo gives back the course of before.',
  perform: (index, course) => {
    const text = planText(course, 'LO', 'course');
    editRecord(`Course ${text}`, index, ({ plan }) => (plan.course === text ? plan : { ...plan, course: text }));
  },
};
