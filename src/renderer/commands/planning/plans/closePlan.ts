import { IsocenterError } from '#shared/contract/errors.ts';
import { withoutPlan } from '#renderer/document/plans.ts';
import { editDocument, useDocument } from '#renderer/document/store.ts';
import type { Command } from '../../command.ts';
import { openedRecord } from './records.ts';

/** Whether the archive has an instance of an open plan, however edited since. */
export const isStored = (index: number): boolean => useDocument.getState().stored.plans.has(index);

/** Takes a plan off the list; what the archive has of it stays there. */
export const closePlan: Command<[index: number]> = {
  name: 'closePlan',
  label: 'Close plan',
  undo: 'Undo opens the plan again with its edits.',
  perform: (index) => {
    const { plan } = openedRecord(index);
    editDocument(`Close plan ${plan.label}`, (document) => withoutPlan(document, index));
  },
};

/** Deletes a plan that was never saved. What is stored is not deleted from here. */
export const deletePlan: Command<[index: number]> = {
  name: 'deletePlan',
  label: 'Delete plan',
  undo: 'Undo brings the plan back with its dose.',
  perform: (index) => {
    const { plan } = openedRecord(index);
    if (isStored(index)) throw new IsocenterError('CONFLICT', 'is in the archive: close it', { object: plan.label });
    editDocument(`Delete plan ${plan.label}`, (document) => withoutPlan(document, index));
  },
};
