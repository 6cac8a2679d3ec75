import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../command.ts';

/** The key that planners expect the optimiser under; there is no workspace for it yet, which is said instead of nothing happening. */
export const openOptimiser: Command = {
  name: 'openOptimiser',
  label: 'Optimise',
  shortcut: 'f10',
  undo: 'Nothing changes.',
  perform: () => toast('There is no optimiser to open yet: plans are made forward, beam by beam. F5 computes their dose.', 'warning'), // biome-ignore format: one line
};
