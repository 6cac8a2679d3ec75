import { toast } from '#renderer/kit/toast.ts';
import { showWorkspace } from '#renderer/stores/sessionStore.ts';
import type { Command } from '../command.ts';
import { openedPlan } from './plans.ts';

/** Opens the Optimisation workspace on the active plan, and says what it will need. @throws IsocenterError USAGE without a plan */
export const openOptimiser: Command = {
  name: 'openOptimiser',
  label: 'Optimise',
  shortcut: 'f10',
  undo: 'Nothing changes.',
  perform: () => {
    const { beams } = openedPlan();
    showWorkspace('optimization');
    if (beams.every(({ deliveryType }) => deliveryType !== 'TREATMENT'))
      toast(
        'The plan has no treatment beams: VMAT makes its own arcs, all else needs directions from Planning.',
        'warning',
      );
  },
};
