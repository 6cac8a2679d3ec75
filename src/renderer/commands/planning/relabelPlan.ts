import { IsocenterError } from '#shared/contract/errors.ts';
import { editDocument } from '#renderer/document/store.ts';
import type { Command } from '../command.ts';
import { openedPlan } from './plans.ts';

export const relabelPlan: Command<[label: string]> = {
  name: 'relabelPlan',
  label: 'Rename plan',
  undo: 'Undo gives back the old label.',
  perform: (label) => {
    const trimmed = label.trim();
    if (trimmed.length === 0 || trimmed.length > 16)
      throw new IsocenterError('INVALID_ATTRIBUTE', 'must have 1–16 characters', {
        object: 'plan',
        attribute: 'RTPlanLabel',
      });
    editDocument(`Rename plan ${trimmed}`, (document) => {
      const plan = openedPlan(document);
      return plan.label === trimmed ? null : { plan: { ...plan, label: trimmed } };
    });
  },
};
