import { showWorkspace } from '#renderer/stores/sessionStore.ts';
import type { Command } from '../command.ts';
import { openedPlan } from './plans.ts';

/** Opens the Optimisation workspace on the active plan; what the plan lacks to be optimised is said there. @throws IsocenterError USAGE without a plan */
export const openOptimiser: Command = {
  name: 'openOptimiser',
  label: 'Optimise',
  shortcut: 'f10',
  undo: 'Nothing changes.',
  perform: () => {
    openedPlan();
    showWorkspace('optimization');
  },
};
