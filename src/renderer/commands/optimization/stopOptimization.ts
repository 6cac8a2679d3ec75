import type { Command } from '../command.ts';
import { endRun } from './liveRun.ts';

export const stopOptimization: Command = {
  name: 'stopOptimization',
  label: 'Stop optimisation',
  undo: 'Start from the last run goes on from where it was.',
  perform: endRun,
};
