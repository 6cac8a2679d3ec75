import { localIso } from '#renderer/document/objectContext.ts';
import { editDocument } from '#renderer/document/store.ts';
import { operatorName } from '#renderer/stores/operatorStore.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { CheckOutcome } from '#shared/evaluation/checks/outcome.ts';
import type { Command } from '../command.ts';
import { openedPlan } from '../planning/plans.ts';

/** Lets a warning of the plan checks stand for a typed reason, which goes into the report; an empty reason takes it back. */
export const letStand: Command<[outcome: CheckOutcome, reason: string]> = {
  name: 'letStand',
  label: 'Let a warning stand',
  undo: 'Undo takes the reason back.',
  perform: ({ rule, text, status }, reason) => {
    if (status !== 'warning')
      throw new IsocenterError('USAGE', 'only warnings may stand for a reason', { object: rule });
    const words = reason.trim();
    const override = { rule, text, reason: words, by: operatorName(), at: localIso(new Date()) };
    editDocument(words === '' ? 'Take back a reason' : 'Let a warning stand', (document) => {
      const plan = openedPlan(document);
      const others = (plan.checkOverrides ?? []).filter((one) => one.rule !== rule || one.text !== text);
      return { plan: { ...plan, checkOverrides: words === '' ? others : [...others, override] } };
    });
  },
};
