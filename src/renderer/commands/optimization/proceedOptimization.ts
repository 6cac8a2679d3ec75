import type { Command } from '../command.ts';
import { proceedRun } from './liveRun.ts';

/** Enough of the phase under way, by the user's judgement: what follows it begins from where it is. */
export const proceedOptimization: Command = {
  name: 'proceedOptimization',
  label: 'Go on to the next phase',
  undo: 'Stop ends the run; the plan stays as it is.',
  perform: proceedRun,
};
