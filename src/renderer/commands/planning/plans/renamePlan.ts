import type { Command } from '../../command.ts';
import { editRecord, planText } from './records.ts';

/** Label and, where given, name of an open plan; the dose stays its. */
export const renamePlan: Command<[index: number, label: string, name?: string]> = {
  name: 'renamePlan',
  label: 'Rename plan',
  undo: 'Undo gives back the old label and name.',
  perform: (index, label, name) => {
    const newLabel = planText(label, 'SH', 'RTPlanLabel');
    const newName = name === undefined || name.trim() === '' ? undefined : planText(name, 'LO', 'RTPlanName');
    editRecord(`Rename plan ${newLabel}`, index, ({ plan }) => {
      const { name: oldName, ...rest } = plan;
      const kept = name === undefined ? oldName : newName;
      if (plan.label === newLabel && oldName === kept) return plan;
      return { ...rest, label: newLabel, ...(kept === undefined ? {} : { name: kept }) };
    });
  },
};
